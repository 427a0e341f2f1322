"""Only forms of the case desk's own pages change anything."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://airflow.school.example"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "https://airflow.school.example"}, True),
        ({"referer": "https://airflow.school.example/case-desk/weekly_report__school/"}, True),
        ({"origin": "https://elsewhere.example"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_form_of_somebody_elses_page_changes_nothing(headers: dict[str, str], ours: bool) -> None:
    from case_desk import from_here  # plugins/case_desk.py: Airflow reads its settings when it is imported

    assert from_here({"host": "airflow.school.example", **headers}) is ours


def test_a_form_with_anything_in_it_is_read_or_is_none() -> None:
    from case_desk import filled_in  # plugins/case_desk.py: Airflow reads its settings when it is imported

    assert filled_in(b"button=save&cause=%ff%00+x&cause=&at") == {"button": "save", "cause": "", "at": ""}
    assert filled_in(b"&".join(b"a=1" for _ in range(21))) is None
