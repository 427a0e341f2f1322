"""A source that cannot be read for a day is told to who looks after it, once a week."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tasks import home
from tasks.alerts import late
from tasks.extract.cursor import Cursor, Cursors
from tasks.settings import Institution
from tests.deliver.test_alerts import AT_HALF_PAST_EIGHT, school


def listening(every: int = 60) -> Institution:
    table = {
        "id": "news",
        "type": "feed",
        "name": {"nl": "Nieuws", "en": "News"},
        "urls": ["https://news.example/feed"],
        "every_minutes": every,
    }
    given = school().model_dump(by_alias=True)
    return Institution.model_validate(given | {"source": [table]})


def unread(hours: float, every: int = 60) -> list[str]:
    read = AT_HALF_PAST_EIGHT - timedelta(hours=hours)
    Cursors(home.ledger_url(), lambda: read).move("overbrugge", "news", Cursor({}, read))
    return [one.key for one in late.look(listening(every), AT_HALF_PAST_EIGHT) if one.kind == "unread"]


@pytest.mark.parametrize(
    ("hours", "every", "told"),
    [(23.9, 60, []), (24.1, 60, ["unread-news"]), (24.1, 1440, []), (72.1, 1440, ["unread-news"])],
)
def test_longer_than_a_day_and_than_three_times_as_often_as_it_is_asked(
    state: Path, hours: float, every: int, told: list[str]
) -> None:
    assert unread(hours, every) == told


def test_who_was_never_read_is_not_yet_missed(state: Path) -> None:
    assert "unread" not in [one.kind for one in late.look(listening(), AT_HALF_PAST_EIGHT)]
