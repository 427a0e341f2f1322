"""Airflow's page "Case desk": routes, and who may use them. tasks.desk makes the pages and keeps what is said.

Whoever may start runs of an institution's report works at its desk. As on the Reports page every route asks; what
changes something must also come from one of these pages, and not from a page of somebody else's.
"""

import pathlib
import sys
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from airflow.plugins_manager import AirflowPlugin

PREFIX = "/case-desk"
ROOT = str(pathlib.Path(__file__).resolve().parents[1])
DAG_PREFIX = "weekly_report__"
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "private, no-store"}
LONGEST_FORM, MOST_FIELDS = 20_000, 20


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Made when somebody first asks: schedulers and workers load plugins too, and need none of it."""
    await application()(scope, receive, send)


@cache
def application() -> Any:
    """The routes."""
    from typing import Annotated

    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
    from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
    from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Path, Request
    from fastapi.concurrency import run_in_threadpool
    from fastapi.responses import HTMLResponse, RedirectResponse

    if ROOT not in sys.path:  # Airflow gives DAGs their bundle, and web pages nothing
        sys.path.append(ROOT)
    from tasks.archive.page import language
    from tasks.desk import page
    from tasks.errors import WeerklankError
    from tasks.period import now

    may_work = Depends(requires_access_dag(method="POST", access_entity=DagAccessEntity.RUN))
    protected = APIRouter(dependencies=[may_work])
    dag_ids = Annotated[str, Path(pattern=rf"^{DAG_PREFIX}[a-z][a-z0-9_]{{0,39}}$")]
    items = Annotated[str, Path(pattern=r"^[0-9a-f]{8,80}$")]
    accepts = Annotated[str, Header(alias="accept-language")]

    def html(text: str, code: int = 200) -> Any:
        return HTMLResponse(text, code, headers=HEADERS | {"Content-Security-Policy": page.policy(text)})

    def slug_of(dag_id: str) -> str:
        return dag_id.removeprefix(DAG_PREFIX)

    @protected.get("/")
    def index(user: GetUserDep, accepted: accepts = "") -> Any:
        allowed = get_auth_manager().get_authorized_dag_ids(user=user, method="PUT")
        slugs = [slug_of(one) for one in allowed if one.startswith(DAG_PREFIX)]
        return html(page.index(slugs, language(accepted)))

    @protected.get("/{dag_id}/")
    def desk(user: GetUserDep, dag_id: dag_ids, accepted: accepts = "", saved: bool = False) -> Any:
        return html(page.desk(slug_of(dag_id), language(accepted), by=user.get_name(), clock=now, saved=saved))

    @protected.get("/{dag_id}/item/{item_id}")
    def item(user: GetUserDep, dag_id: dag_ids, item_id: items, accepted: accepts = "") -> Any:
        found = page.item(slug_of(dag_id), item_id, language(accepted), by=user.get_name(), clock=now)
        if found is None:
            raise HTTPException(404, "This message is not on the desk.")
        return html(found)

    @protected.post("/{dag_id}/item/{item_id}")
    async def say(request: Request, user: GetUserDep, dag_id: dag_ids, item_id: items, accepted: accepts = "") -> Any:
        if not from_here(request.headers):
            raise HTTPException(403, "This form does not come from the case desk.")
        body = b""
        async for part in request.stream():
            if len(body := body + part) > LONGEST_FORM:
                raise HTTPException(413, "This form is too long.")
        form = filled_in(body)
        if form is None:
            raise HTTPException(400, "This is not a form of the case desk.")
        spoken, slug, by = language(accepted), slug_of(dag_id), user.get_name()

        def write() -> Any:
            wrong = page.told(slug, item_id, form, spoken, by=by, clock=now)
            if wrong is None:
                raise HTTPException(404, "This message is not on the desk.")
            if wrong:
                return html(page.item(slug, item_id, spoken, by=by, clock=now, problem=wrong) or "", 400)
            return RedirectResponse("../?saved=true", 303, headers=HEADERS)

        return await run_in_threadpool(write)

    def told(request: Request, error: Exception) -> Any:
        """What is wrong with an institution's file or its lake, in words."""
        spoken, root = language(request.headers.get("accept-language", "")), request.scope.get("root_path", "")
        return html(page.problem(str(error), spoken, f"{root}/"), 500)

    made = FastAPI(title="Case desk", docs_url=None, redoc_url=None, openapi_url=None)
    made.include_router(protected)
    made.add_exception_handler(WeerklankError, told)
    return made


def filled_in(body: bytes) -> Any:
    """What a form says; None for one with more fields than ours has."""
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return None


def from_here(headers: Any) -> bool:
    """Whether a browser says that a request comes from a page of this very server."""
    if site := headers.get("sec-fetch-site"):
        return bool(site == "same-origin")
    origin = urlsplit(headers.get("origin") or headers.get("referer") or "")
    return bool(origin.netloc and origin.netloc == headers.get("host"))


class CaseDesk(AirflowPlugin):
    """In the navigation, as a page of its own: in Airflow's frame a browser would open no address of a message."""

    name = "case_desk"
    fastapi_apps = [{"app": app, "url_prefix": PREFIX, "name": "Case desk"}]
    external_views = [{"name": "Case desk", "href": f"{PREFIX}/", "destination": "nav", "category": "browse"}]
