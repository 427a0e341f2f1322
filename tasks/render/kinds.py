"""Which kind of page tells of the institution, and which of one of its departments."""

from __future__ import annotations

from tasks.render.board import BOARD
from tasks.render.department import DEPARTMENT
from tasks.render.page import Kind


def kind_of(department: str | None) -> Kind:
    """The page for a department's id, or for the board."""
    return BOARD if department is None else DEPARTMENT
