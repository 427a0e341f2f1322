"""Editions are drawn in a process of their own: one draws all languages of an edition, and may draw more after it."""

from __future__ import annotations

from types import TracebackType

from tasks.confined import process
from tasks.confined.process import Done, Ended, Limits, whole_number
from tasks.errors import RenderError
from tasks.render.job import Job

#: An ordinary edition takes a twentieth of the time and a third of the memory.
ORDINARY = Limits(cpu_seconds=60, memory_mb=512, wall_seconds=600)
ENORMOUS = "A text or table of that week is far larger than a report can hold: look in its metrics first."
WHAT_TO_DO = {
    "late": "Try again when the machine is less busy.",
    "time": f"{ENORMOUS} WEERKLANK_RENDER_SECONDS allows more.",
    "memory": f"{ENORMOUS} WEERKLANK_RENDER_MB allows more.",
}
#: A process is replaced after so many editions: whatever a library keeps or leaks goes with it.
EDITIONS_EACH = 50
DRAWN = "tasks.render.job:drawn"


def limits() -> Limits:
    """The ordinary ones, or ``WEERKLANK_RENDER_SECONDS`` and ``WEERKLANK_RENDER_MB``, for a machine that is slow."""
    seconds = whole_number("WEERKLANK_RENDER_SECONDS", ORDINARY.cpu_seconds)
    megabytes = whole_number("WEERKLANK_RENDER_MB", ORDINARY.memory_mb)
    return Limits(seconds, megabytes, max(ORDINARY.wall_seconds, 10 * seconds))


def draw(job: Job) -> dict[str, bytes]:
    """The files of one edition, drawn in a process of its own; raises RenderError when it cannot be made."""
    with Drawing() as drawing:
        return drawing.draw(job).files


class Drawing:
    """A process that draws, started with the first job. Leaving the context ends it, whatever it was doing."""

    def __init__(self, allowed: Limits | None = None, function: str = DRAWN) -> None:
        self._process = process.Process(allowed or limits(), "render")
        self._function = function
        self._drawn = 0

    def __enter__(self) -> Drawing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.end()

    @property
    def pid(self) -> int | None:
        """Its number; None when none runs."""
        return self._process.pid

    def draw(self, job: Job) -> Done:
        """Draw one edition; raises RenderError that says what happened and what to do."""
        if self._drawn >= EDITIONS_EACH:
            self._process.end()
            self._drawn = 0
        self._drawn += 1
        subject = f"{job.name} cannot be drawn"
        try:
            return self._process.call(self._function, job.packed(), subject)
        except Ended as ended:
            raise RenderError(" ".join(filter(None, (str(ended), WHAT_TO_DO.get(ended.why))))) from None
