"""What the PDF engine may read: our templates and fonts. Anything else is refused, remembered and fails the render."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

#: ``font:<name>`` and ``brand:<name>``: files that we hand over by name.
NAMED_SCHEMES = ("font", "brand")
KINDS = {
    ".css": "text/css",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


class OnlyOurs(URLFetcher):  # type: ignore[misc]
    """Serves files below ``folder`` and those handed over by name.

    What was ``refused`` or ``unread``, SVG keeps to itself.
    """

    def __init__(self, folder: Path, fonts: dict[str, Path]) -> None:
        super().__init__(allowed_protocols={"file"}, allow_redirects=False, fail_on_errors=True)
        self._folder = folder.resolve()
        self._fonts = fonts
        self.refused: list[str] = []
        self.unread: list[OSError | MemoryError] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """The file's bytes; raises FatalURLFetchingError, which WeasyPrint lets through nearly everywhere."""
        path = self._path(url)
        if path is None or not path.is_file():
            self.refused.append(url[:120])
            raise FatalURLFetchingError(f"refused: {url[:120]}")
        kind = KINDS.get(path.suffix, "application/octet-stream")
        try:
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
        except (OSError, MemoryError) as error:  # without a font WeasyPrint would just take another
            self.unread.append(error)
            raise

    def _path(self, url: str) -> Path | None:
        parts = urlsplit(url)
        if parts.scheme in NAMED_SCHEMES:
            return self._fonts.get(unquote(parts.path))
        if parts.scheme != "file" or parts.netloc:
            return None
        path = Path(url2pathname(parts.path)).resolve()
        return path if path.is_relative_to(self._folder) else None
