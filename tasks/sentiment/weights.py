"""Weight files: arrays and what they were made with, in one .npz, and the short hash that names a version."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.sentiment.engine import EngineUnavailable

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "weights"
#: What numpy and zipfile say of a file with a wrong byte in it.
BROKEN = (
    OSError, LookupError, ValueError, TypeError, EOFError, RuntimeError, MemoryError, SyntaxError,
    zipfile.BadZipFile, zlib.error, struct.error,
)  # fmt: skip
#: What is kept of a hash in a version.
SHORT = 8


def save(path: Path, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any]) -> None:
    """Write arrays and what is known about them; the same input makes the same bytes."""
    import io

    import numpy as np

    from tasks import durable

    held = io.BytesIO()
    text = json.dumps(about, sort_keys=True, ensure_ascii=False).encode()
    np.savez_compressed(held, about=np.frombuffer(text, np.uint8), **arrays)  # type: ignore[arg-type]  # numpy's stubs mix it up with allow_pickle
    path.parent.mkdir(parents=True, exist_ok=True)
    durable.write_bytes(path, held.getvalue())


def read(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Arrays by name, and what is known about them. Raises EngineUnavailable when the file is not there or broken."""
    import io

    import numpy as np

    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        return arrays, dict(json.loads(bytes(arrays.pop("about"))))
    except FileNotFoundError:
        raise EngineUnavailable(f"there is no {path.name}; ./weerklank train sentiment makes it.") from None
    except BROKEN as error:
        raise EngineUnavailable(f"its weights {path.name} cannot be read ({error}).") from None


def check(
    path: Path, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]]
) -> None:
    """Raises EngineUnavailable when weights were made for other features than ours, or are not the numbers they should
    be: ``shapes`` by name.
    """
    import numpy as np

    from tasks.sentiment import features

    if about.get("features") != list(features.NAMES):
        raise EngineUnavailable(f"its weights {path.name} were trained on other features; train them again.")
    for name, shape in shapes.items():
        found = arrays.get(name)
        if found is None or found.shape != shape or found.dtype.kind not in "fi" or not np.isfinite(found).all():
            raise EngineUnavailable(f"its weights {path.name} are not whole: {name}; train them again.")


def version(name: str, *parts: bytes | str) -> str:
    """``name-1a2b3c4d``: changes with any of the parts."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part if isinstance(part, bytes) else part.encode())
        total.update(b"\x00")
    return f"{name}-{total.hexdigest()[:SHORT]}"


def reading() -> bytes:
    """The code that cleans a text: it is part of what an answer depends on."""
    return (Path(__file__).parent / "clean.py").read_bytes()


def listening() -> bytes:
    """The rules that count listed words and signs, and the word list as it is now: an analyst's edit counts too."""
    from tasks.sentiment import features, sql_engine

    return reading() + features.QUERY.read_bytes() + sql_engine.version().encode()
