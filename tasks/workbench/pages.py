"""Analysts' pages: HTML that needs nothing beside itself, runs nothing and fetches nothing."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tasks import home
from tasks.render.dress import policy

FOLDER = "workbench"


def page(template: str, **given: Any) -> str:
    """One of report_templates/workbench, filled in; whatever people wrote is only text in it."""
    style = (home.TEMPLATES / FOLDER / "pages.css").read_text(encoding="utf-8")
    return (
        _environment().get_template(f"{FOLDER}/{template}.html.j2").render(style=style, policy=policy(style), **given)
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(home.TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
