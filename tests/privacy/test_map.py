"""The data map knows every column there is, and nothing else; no figure is about an employee."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from tasks import lake, settings, steps, warehouse
from tasks.extract.files import receive
from tasks.measure import contract, model, query
from tasks.period import Week, now
from tasks.privacy import map as data_map
from tasks.privacy import places
from tasks.workbench import prompt
from tests import world

#: What would name, or number, one person.
ABOUT_ONE = re.compile(r"author(_key)?|answered_author\w*|answers_author|handled_by|agent|employee|staff|labeller|by")


@pytest.fixture(scope="module")
def there() -> dict[str, tuple[str, ...]]:
    return places.places()


def test_every_place_and_column_is_described_and_nothing_else(there: dict[str, tuple[str, ...]]) -> None:
    assert data_map.missing(there, data_map.described()) == []


def test_a_new_column_and_one_that_is_gone_are_told(there: dict[str, tuple[str, ...]]) -> None:
    changed = there | {"lake_turns": (*there["lake_turns"][1:], "shoe_size"), "lake_new": ("item_id",)}
    told = data_map.missing(changed, data_map.described())
    assert "lake_turns.shoe_size is not described" in told
    assert "the place lake_new is not described" in told
    del changed["lake_scores"]
    assert "the place lake_scores is described, and does not exist" in data_map.missing(changed, data_map.described())


def test_the_page_is_the_one_that_the_tables_of_today_give() -> None:
    assert data_map.FILE.read_text(encoding="utf-8") == data_map.page(), "run ./weerklank privacy map"


def test_what_is_kept_of_raw_words_says_so(there: dict[str, tuple[str, ...]]) -> None:
    shared = data_map.described()["columns"]
    kinds = {name: text.partition(": ")[0] for name, text in shared.items()}
    assert {name for name in there["lake_mentions"] if kinds.get(name) == "pseudoniem"} >= {
        "author_key",
        "item_id",
        "case_id",
    }


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[warehouse.Connection]:
    """The promised tables of an institution of which nothing was collected."""
    with pytest.MonkeyPatch.context() as patch:
        slug = world.settle(patch, tmp_path_factory.mktemp("empty"))
        institution = settings.load(slug)
        week = Week.parse("2026-W37", institution.zone)
        with prompt.opened(institution, week, week) as db:
            yield db


@pytest.mark.parametrize("name", contract.names())
def test_a_metric_gives_numbers_by_department_source_and_topic_and_says_nothing_of_one_person(
    name: str, empty: warehouse.Connection
) -> None:
    metric = contract.load(name)
    given = query.select(empty, metric.file, metric.query)
    assert not [column for column in given.schema.names if ABOUT_ONE.fullmatch(column)]
    texts = {
        field.name for field in given.schema if pa.types.is_string(field.type) or pa.types.is_dictionary(field.type)
    }
    assert texts <= {*contract.GRAIN, "clock"}
    assert set(model.HEADINGS) == {"all", "department", "source", "topic"}


def test_of_our_own_people_not_even_a_hash_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    institution = settings.load(world.settle(monkeypatch, tmp_path))
    kinds = ("public", "own", "staff", "bot", "auto")
    items = [world.item(kind, "2026-09-08T10:00", author_kind=kind, text="Wie weet dit?") for kind in kinds]
    receive(institution, world.jsonl(tmp_path / "in.jsonl", *items), fetched_at=now())
    steps.stage(institution.slug, "2026-W37")
    mentions = lake.read("mentions", institution.slug, "2026-W37")
    assert mentions is not None
    assert {row["author_kind"]: row["author_key"] is not None for row in mentions.to_pylist()} == {
        kind: kind == "public" for kind in kinds
    }
