"""TikTok comes as a file: the recipe on its page makes the exchange format, and lets nothing through that is ruined."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tasks import home
from tasks.extract import exchange

PAGE = home.ROOT / "docs" / "sources" / "tiktok.md"
TABLE = """id,parent_id,video_url,author,created_at,text,deleted,likes
7310000000000000001,,https://www.tiktok.com/v/1,@Student,2026-09-08T10:00:00+02:00,"Hoe laat, en waar?",,3
7310000000000000002,7310000000000000001,https://www.tiktok.com/v/1,@Overbrugge,2026-09-08T11:30:00+02:00,Tien uur,,0
7310000000000000003,,,,2026-09-08T12:00:00+02:00,👩🏽‍🎓 mooi,true,0
7.31E+18,,,someone,2026-09-08T12:00:00+02:00,Geruïneerd,,0
7310000000000000005,,,someone,08-09-2026 12:00,Zonder zone,,0
"""


def made(tmp_path: Path) -> exchange.Items:
    [recipe] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    script = tmp_path / "tiktok.py"
    script.write_text(recipe, encoding="utf-8")
    run = subprocess.run([sys.executable, "-X", "utf8", script], input=TABLE.encode(), capture_output=True, check=True)
    return exchange.read(run.stdout)


def test_the_recipe_makes_conversations_with_our_answers(tmp_path: Path) -> None:
    columns = made(tmp_path).columns
    asked, answer, gone = (
        {key: columns[key][place] for key in ("id", "in_reply_to", "thread_id", "author", "author_kind", "deleted")}
        for place in range(3)
    )
    assert (asked["thread_id"], asked["author"], asked["author_kind"]) == (asked["id"], "student", "public")
    assert (answer["in_reply_to"], answer["thread_id"], answer["author_kind"]) == (asked["id"], asked["id"], "own")
    assert (gone["author"], gone["deleted"]) == (None, True)
    assert f"{columns['created_at'][1] - columns['created_at'][0]}" == "1:30:00"


def test_16_ids_that_a_spreadsheet_ruined_and_times_without_a_zone_are_refused(tmp_path: Path) -> None:
    reasons = [reason for _, reason in made(tmp_path).refused]
    assert len(reasons) == 2
    assert "ruined by a spreadsheet" in reasons[0]
    assert "is not a time like" in reasons[1]
