"""Airflow's page "Reports", and the tab "Report" of a run: routes, and who may use them. tasks.archive makes the pages.

Airflow does not ask who somebody is before it hands a request to a plugin: `protected` does, for every route there is.
"""

import pathlib
import sys
from functools import cache
from typing import Any

from airflow.plugins_manager import AirflowPlugin

PREFIX = "/reports-page"
ROOT = str(pathlib.Path(__file__).resolve().parents[1])
DAG_PREFIX = "weekly_report__"
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "private, no-store"}
#: An edition brings its own policy in the page; this one comes on top: no script, no form, no window, whatever it says.
EDITION_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Made when somebody first asks: schedulers and workers load plugins too, and need none of it."""
    await application()(scope, receive, send)


@cache
def application() -> Any:
    """The routes."""
    from typing import Annotated

    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
    from airflow.api_fastapi.common.db.common import SessionDep
    from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
    from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Path, Query
    from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

    if ROOT not in sys.path:  # Airflow gives DAGs their bundle, and web pages nothing
        sys.path.append(ROOT)
    from tasks.archive import page, read

    may_read = Depends(requires_access_dag(method="GET", access_entity=DagAccessEntity.RUN))
    protected = APIRouter(dependencies=[may_read])
    dag_ids = Annotated[str, Path(pattern=rf"^{DAG_PREFIX}[a-z][a-z0-9_]{{0,39}}$")]
    weeks = Annotated[str, Path(pattern=r"^\d{4}-W\d{2}$")]
    moments = Annotated[str, Path(pattern=r"^interim-\d{8}T\d{4}Z$")]
    revisions = Annotated[str, Path(pattern=r"^r[1-9]\d{0,5}$")]
    accepts = Annotated[str, Header(alias="accept-language")]
    languages = Annotated[str, Query(pattern="^(nl|en)?$")]
    pages = Annotated[int, Query(alias="page", ge=0, le=9999)]

    def html(text: str) -> Any:
        return HTMLResponse(text, headers=HEADERS | {"Content-Security-Policy": page.policy(text)})

    def slug_of(dag_id: str) -> str:
        return dag_id.removeprefix(DAG_PREFIX)

    def edition(dag_id: str, name: str, language: str, accepted: str) -> Any:
        found = page.edition(slug_of(dag_id), name, language, page.language(accepted))
        if found is None:
            raise HTTPException(404, "There is no such edition.")
        return html(found)

    def file(dag_id: str, name: str, file_name: str) -> Any:
        path = read.file(slug_of(dag_id), name, file_name)
        if path is None:
            raise HTTPException(404, "There is no such file.")
        if path.suffix == ".html":
            return FileResponse(
                path, media_type="text/html", headers=HEADERS | {"Content-Security-Policy": EDITION_POLICY}
            )
        saved = f"{slug_of(dag_id)}-{name.replace('/', '-')}-{file_name}"
        return FileResponse(path, media_type="application/pdf", filename=saved, headers=HEADERS)

    @protected.get("/")
    def index(user: GetUserDep, accepted: accepts = "") -> Any:
        allowed = get_auth_manager().get_authorized_dag_ids(user=user)
        slugs = [slug_of(one) for one in allowed if one.startswith(DAG_PREFIX)]
        return html(page.index(slugs, page.language(accepted)))

    @protected.get("/run/{dag_id}/{run_id:path}")
    def of_run(dag_id: dag_ids, run_id: str, session: SessionDep, accepted: accepts = "") -> Any:
        name = edition_of_run(session, dag_id, run_id)
        if name is None or name not in read.names(slug_of(dag_id)):
            return html(page.nothing(page.language(accepted), slug_of(dag_id)))
        return RedirectResponse(f"{'../' * (2 + run_id.count('/'))}{dag_id}/{name}/", headers=HEADERS)

    @protected.get("/{dag_id}/")
    def institution(dag_id: dag_ids, accepted: accepts = "", at: pages = 0) -> Any:
        return html(page.index([slug_of(dag_id)], page.language(accepted), slug_of(dag_id), at))

    @protected.get("/{dag_id}/{week}/{revision}/")
    def weekly(
        dag_id: dag_ids, week: weeks, revision: revisions, language: languages = "", accepted: accepts = ""
    ) -> Any:
        return edition(dag_id, f"{week}/{revision}", language, accepted)

    @protected.get("/{dag_id}/{week}/{moment}/{revision}/")
    def interim(
        dag_id: dag_ids,
        week: weeks,
        moment: moments,
        revision: revisions,
        language: languages = "",
        accepted: accepts = "",
    ) -> Any:
        return edition(dag_id, f"{week}/{moment}/{revision}", language, accepted)

    @protected.get("/{dag_id}/{week}/{revision}/{name}")
    def weekly_file(dag_id: dag_ids, week: weeks, revision: revisions, name: str) -> Any:
        return file(dag_id, f"{week}/{revision}", name)

    @protected.get("/{dag_id}/{week}/{moment}/{revision}/{name}")
    def interim_file(dag_id: dag_ids, week: weeks, moment: moments, revision: revisions, name: str) -> Any:
        return file(dag_id, f"{week}/{moment}/{revision}", name)

    made = FastAPI(title="Reports", docs_url=None, redoc_url=None, openapi_url=None)
    made.include_router(protected)
    return made


def edition_of_run(session: Any, dag_id: str, run_id: str) -> str | None:
    """``2026-W47/r2``: what this very run left, after its review if it had one."""
    from airflow.models.xcom import XComModel

    for task_id in ("review", "render"):
        query = XComModel.get_many(run_id=run_id, key="return_value", task_ids=task_id, dag_ids=dag_id, limit=1)
        for row in session.scalars(query):
            left = XComModel.deserialize_value(row)
            if isinstance(left, dict) and isinstance(left.get("edition"), str):
                return str(left["edition"]).rpartition("/reports/")[2].partition("/")[2]
    return None


class ReportsPage(AirflowPlugin):
    """In the navigation, and on every run."""

    name = "reports_page"
    fastapi_apps = [{"app": app, "url_prefix": PREFIX, "name": "Reports"}]
    external_views = [
        {"name": "Reports", "href": f"{PREFIX}/", "destination": "nav", "url_route": "reports", "nav_top_level": True},
        {
            "name": "Report",
            "href": PREFIX + "/run/{DAG_ID}/{RUN_ID}",
            "destination": "dag_run",
            "url_route": "report_of_run",
        },
    ]
