"""What hides people: keyed hashes and masks."""

from __future__ import annotations

import hmac

import pyarrow as pa
import pytest

from tasks.stage import privacy
from tasks.stage.people import People


@pytest.mark.parametrize("length", [1, 32, 63, 64, 65, 200])
def test_a_pseudonym_is_hmac_sha256_of_source_and_id(length: int) -> None:
    secret = bytes(range(length))
    natives = ["1", "ünï 🙂", "x" * 300, None]
    expected = [native and hmac.digest(secret, f"mail:{native}".encode(), "sha256").hex()[:24] for native in natives]
    assert privacy.pseudonyms((secret,), ["mail"] * 4, pa.array(natives)).to_pylist() == expected


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Bel ٠١٢٣٤٥٦٧ nu", "Bel [number] nu"),
        ("HTTPS://x.example/1", "[link]"),
        ("WWW.x.example", "[link]"),
        ("＠iemand hoi", "@… hoi"),
        ("gewoon, en/of 12345", "gewoon, en/of 12345"),
    ],
)
def test_the_quick_look_misses_nothing_that_is_masked(text: str, masked: str) -> None:
    assert privacy.masked(pa.array([None, text, "niets"]), People(())).to_pylist() == [None, masked, "niets"]
