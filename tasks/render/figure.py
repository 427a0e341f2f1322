"""A chart and the words around it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

#: Lines of a scale from 0 to 100 %.
QUARTERS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with what stands around it; without ``chart``, ``nothing`` says why in one line."""

    title: str
    subtitle: str
    chart: Markup | None
    read: str
    nothing: str = ""
