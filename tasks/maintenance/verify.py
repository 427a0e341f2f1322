"""Is everything still what it was made as? Raw pages, partitions, editions: each against the hash written beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks import durable, home, withdrawal
from tasks.errors import SourceError
from tasks.extract import landing
from tasks.maintenance.found import Damage, Round

RENDER_AGAIN = "run the week again: an edition with the same inputs is mended, file by file"


def verify(found: Round) -> None:
    """Look at every institution there is data of, in the configuration or not."""
    for slug in _folders(home.landing("x", "x").parents[1]):
        _pages(found, slug)
    for path in sorted(home.lake().rglob("*.parquet")):
        if not path.name.startswith(durable.PREFIX):
            _partition(found, path)
    for slug in _folders(home.reports("x").parent):
        for manifest in sorted(home.reports(slug).rglob("manifest.json")):
            if not any(part.startswith(durable.PREFIX) for part in manifest.parts):
                _edition(found, manifest)


def _folders(root: Path) -> Iterator[str]:
    yield from sorted(path.name for path in (root.iterdir() if root.is_dir() else ()) if path.is_dir())


def _pages(found: Round, slug: str) -> None:
    for manifest in sorted(home.landing(slug, "").glob("*/*.manifest.json")):
        found.count("raw pages")
        try:
            page = landing.Page(**json.loads(manifest.read_text(encoding="utf-8")))
            landing.read(slug, page)
            if landing.read_rows(slug, page) is not None:
                found.count("pages with rows")
        except (ValueError, TypeError, OSError):
            found.damaged.append(Damage(str(manifest), "remove it and hand in or fetch the same data again"))
        except SourceError as error:
            found.damaged.append(Damage(str(manifest), str(error)))


def _partition(found: Round, path: Path) -> None:
    """Read whole: a footer can be well while the pages before it are not."""
    found.count("partitions")
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        for group in range(file.num_row_groups):
            file.read_row_group(group)
    except FileNotFoundError:  # replaced by nothing while we looked: its week holds nothing any more
        return
    except (OSError, pa.ArrowException):
        found.damaged.append(Damage(str(path), "remove it and run the week again: it is made anew from the raw pages"))


def _edition(found: Round, manifest: Path) -> None:
    found.count("editions")
    try:
        promised = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        wrong = [name for name, digest in promised.items() if _digest(manifest.parent / name) != digest]
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        found.damaged.append(Damage(str(manifest), RENDER_AGAIN))
        return
    found.damaged += [Damage(str(manifest.parent / name), RENDER_AGAIN) for name in sorted(wrong)]
    noted = withdrawal.of(manifest.parent)
    if noted is not None and not noted.by and noted.reason.endswith("cannot be read"):
        found.damaged.append(Damage(f"{manifest.parent}.withdrawn.json", "withdraw it again, with its reason"))


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
