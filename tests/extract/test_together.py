"""Files that become durable together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks import durable


def test_nothing_appears_before_it_is_committed_and_then_all(tmp_path: Path) -> None:
    with durable.Together() as together:
        for number in range(20):
            together.write(tmp_path / f"{number}.told", b"told", mode=0o600, last=True)
            together.write(tmp_path / f"{number}.data", b"data")
        together.write(tmp_path / "3.data", b"data again")
        assert len(together) == 40
        assert not [path for path in tmp_path.iterdir() if not path.name.startswith(durable.PREFIX)]
    assert len(list(tmp_path.iterdir())) == 40
    assert (tmp_path / "3.data").read_bytes() == b"data again"
    assert (tmp_path / "3.told").stat().st_mode & 0o777 == 0o600


def test_what_counts_appears_last_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    replace = durable.os.replace
    monkeypatch.setattr(durable.os, "replace", lambda one, other: (seen.append(other.name), replace(one, other)))
    with durable.Together() as together:
        for name in ("b", "a"):
            together.write(tmp_path / f"{name}.told", b"", last=True)
            together.write(tmp_path / f"{name}.data", b"")
    assert seen == ["b.data", "a.data", "b.told", "a.told"]


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyError), durable.Together() as together:
        together.write(tmp_path / "kept", b"")
        together.commit()
        together.write(tmp_path / "lost", b"")
        raise KeyError
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
