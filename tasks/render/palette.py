"""Every colour of the report, by its meaning: the one place that style sheets, charts and the dark mode take them from.

Charts and templates always write the colours of ``HOUSE``; an institution's own and those of the dark mode are put in
their place when the page is finished (`tasks.render.dress`). Orange only ever means missed, worse or negative.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as ``#RRGGBB``. ``accent`` is the colour of our figures, ``second`` only decorates."""

    paper: str = "#FFFFFF"
    ink: str = "#16212E"
    soft: str = "#333F4C"
    muted: str = "#55616F"
    earlier: str = "#7C8896"
    neutral: str = "#C6CDD5"
    rule: str = "#D5DBE1"
    grid: str = "#E6EAEE"
    accent: str = "#0B4F6C"
    second: str = "#0B4F6C"
    band: str = "#DDEEF1"
    good: str = "#0F5F70"
    bad: str = "#B04812"
    negative: str = "#C2541B"

    def roles(self) -> dict[str, str]:
        """``{"ink": "#16212E", …}``."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def css(self) -> str:
        """The declarations for a ``:root``: ``--ink: #16212E; …``."""
        return "; ".join(f"--{role}: {colour}" for role, colour in self.roles().items())


HOUSE = Palette()
#: The same meanings on a dark screen; text has a contrast of at least 4.5, lines of 3.
DARK = Palette(
    paper="#11181F",
    ink="#E8EDF2",
    soft="#C9D2DB",
    muted="#A9B4C0",
    earlier="#8A97A5",
    neutral="#4A5663",
    rule="#3A4652",
    grid="#29333D",
    accent="#8CCBE6",
    second="#8CCBE6",
    band="#1C3B47",
    good="#7CC7D3",
    bad="#F0A27A",
    negative="#F0A27A",
)
