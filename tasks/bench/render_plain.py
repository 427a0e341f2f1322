"""The process that draws, as ``tasks.render.worker``, but every chart comes out empty: what do charts cost?"""

from __future__ import annotations

import sys

from markupsafe import Markup

from tasks.render import worker
from tasks.render.charts import svg


def empty(*_: object) -> Markup:
    """No drawing at all, where a chart would stand."""
    return Markup()


if __name__ == "__main__":
    svg.svg = empty  # type: ignore[assignment]  # before any chart is imported
    worker.main(*(int(number) for number in sys.argv[1:]))
