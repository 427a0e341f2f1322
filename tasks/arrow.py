"""pyarrow, without pandas: it imports it at the first list that it makes a column of, to see whether that is a Series,
and that takes 0.7 s of processor and 50 MB in each process. What it did not find it never looks for again, unless it is
asked for a DataFrame: that still works.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache

import pyarrow as pa


class _Hidden:
    """Finds no pandas."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> None:
        """Nothing of ours; raises ModuleNotFoundError."""
        if name == "pandas":
            raise ModuleNotFoundError("pyarrow needs no pandas here", name=name)


@cache
def without_pandas() -> None:
    """Let pyarrow look for it in vain; to be called before anything is made of a list."""
    hidden = _Hidden()
    sys.meta_path.insert(0, hidden)
    try:
        pa.array([None])
    finally:
        sys.meta_path.remove(hidden)
