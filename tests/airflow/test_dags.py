"""What Airflow makes of dags/: exactly these DAGs, these tasks in this order, these forms."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tasks import home
from tests.airflow.approving import APPROVAL

DEMO = "weekly_report__overbrugge"
Load = Callable[[], Any]


def dags(*slugs: str) -> set[str]:
    """What there is for these institutions."""
    kinds = ("weekly_report", "withdraw_report", "erase_person")
    return {"watch", "maintenance", "retention"} | {f"{kind}__{slug}" for kind in kinds for slug in slugs}


def test_one_dag_per_institution_and_no_other(config: Path, load_bag: Load) -> None:
    bag = load_bag()
    assert set(bag.dags) == dags("overbrugge", "care")
    assert bag.import_errors == {}


def test_the_checkout_itself_loads(load_bag: Load) -> None:
    bag = load_bag()
    assert set(bag.dags) == dags(*(path.stem for path in home.CONFIG.glob("*.toml"))) >= {DEMO}
    assert bag.import_errors == {}


def test_the_tasks_are_the_steps_in_their_order(load_bag: Load) -> None:
    dag = load_bag().dags[DEMO]
    order = ["plan", "extract", "stage", "measure", "render", "deliver"]
    assert [task.task_id for task in dag.topological_sort()] == order
    for first, second in pairwise(order):
        assert second in dag.task_dict[first].downstream_task_ids
    assert dag.max_active_runs == 4
    assert not dag.catchup


def test_a_report_that_needs_approval_waits_between_render_and_deliver(config: Path, load_bag: Load) -> None:
    with (config / "overbrugge.toml").open("a") as file:
        file.write(APPROVAL.format(user="admin"))
    bag = load_bag()
    assert bag.import_errors == {}
    review = bag.dags[DEMO].task_dict["review"]
    assert review.upstream_task_ids == {"render"}
    assert review.downstream_task_ids == {"deliver"}
    assert bag.dags[DEMO].task_dict["deliver"].trigger_rule == "none_failed"
    assert review.assigned_users == [{"id": "admin", "name": "admin"}]
    assert (review.defaults, review.response_timeout.total_seconds()) == (["Tegenhouden"], 24 * 3600)
    assert set(review.params) >= {"note_nl", "note_en"}


LISTENING = """
[[source]]
id            = "news"
type          = "feed"
name          = { nl = "Nieuws", en = "News" }
urls          = ["https://news.example/feed"]
every_minutes = 15
"""


def test_who_listens_collects_as_often_as_its_sources_want(config: Path, load_bag: Load) -> None:
    path = config / "care.toml"
    path.write_text(path.read_text() + LISTENING)
    bag = load_bag()
    assert bag.import_errors == {}
    assert set(bag.dags) == dags("overbrugge", "care") | {"collect_mentions__care"}
    dag = bag.dags["collect_mentions__care"]
    tasks = {task.task_id: task.downstream_task_ids for task in dag.tasks}
    assert tasks == {
        "plan": {"due", "collect", "stage", "digest"},
        "due": {"collect"},
        "collect": {"stage"},
        "stage": {"announce", "digest"},
        "announce": set(),
        "digest": set(),
    }
    assert (dag.max_active_runs, dag.catchup, dag.timetable.expression) == (1, False, "*/15 * * * *")
    assert [one.uri for one in dag.task_dict["announce"].outlets] == ["weerklank://care/mentions"]


def test_who_has_an_inbox_looks_into_it_every_hour(config: Path, load_bag: Load) -> None:
    path = config / "care.toml"
    path.write_text(path.read_text().replace('type = "files"', 'type = "files"\ninbox = true', 1))
    bag = load_bag()
    assert bag.import_errors == {}
    assert bag.dags["collect_mentions__care"].timetable.expression == "0 * * * *"


def test_extract_runs_once_per_source(load_bag: Load) -> None:
    extract = load_bag().dags[DEMO].task_dict["extract"]
    six = ["mastodon", "instagram", "reddit", "google_reviews", "news", "topdesk"]
    assert extract.op_kwargs_expand_input.value == {"source_id": six}


def test_the_form_says_what_it_wants(load_bag: Load) -> None:
    params = load_bag().dags[DEMO].params
    assert params.dump() == {"week": None, "deliver": "auto", "edition": "weekly"}
    assert params.get_param("deliver").schema["enum"] == ["auto", "never", "again"]
    for name in ("week", "deliver", "edition"):
        assert len(params.get_param(name).description) > 40
    for good in ("2026-W37", None):
        params.get_param("week").resolve(good)


@pytest.mark.parametrize(("name", "value"), [("week", "W37"), ("week", "2026-37"), ("deliver", "always")])
def test_the_form_refuses_what_makes_no_sense(load_bag: Load, name: str, value: str) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises(ParamValidationError):
        load_bag().dags[DEMO].params.get_param(name).resolve(value)


def test_a_broken_file_takes_down_its_own_dag_only(config: Path, load_bag: Load) -> None:
    path = config / "care.toml"
    good = path.read_text()
    path.write_text(good.replace('"UTC"', '"Mars/Olympus"'))
    bag = load_bag()
    assert set(bag.dags) == dags("overbrugge")
    # Under weekly_report.py it would switch off the other institution's DAG too: Airflow marks whole files.
    assert list(bag.import_errors) == ["dags/institution_files.py"]
    assert "care.toml, line 6: [institution] timezone “Mars/Olympus” is not a time zone" in str(bag.import_errors)
    path.write_text(good)
    bag = load_bag()
    assert set(bag.dags) == dags("overbrugge", "care")
    assert bag.import_errors == {}


def test_two_broken_files_are_both_named(config: Path, load_bag: Load) -> None:
    for name in ("care", "overbrugge"):
        path = config / f"{name}.toml"
        path.write_text(path.read_text().replace("languages", "langauges"))
    bag = load_bag()
    assert set(bag.dags) == dags()
    message = bag.import_errors["dags/institution_files.py"]
    assert "care.toml" in message
    assert "overbrugge.toml" in message


def test_an_institution_without_sources_harms_nobody(config: Path, load_bag: Load) -> None:
    path = config / "care.toml"
    path.write_text(path.read_text().replace('type = "files"', 'type = "files"\nenabled = false'))
    assert DEMO in load_bag().dags
