"""Airflow in this process, with our own settings and a folder of its own; imported only by tests that ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks import home
from tasks.cli import airflow_home


@pytest.fixture(scope="session", autouse=True)
def airflow_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Airflow reads its settings when it is first imported: they must be there by then, and stay."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEERKLANK_HOME", str(tmp_path_factory.mktemp("airflow")))
        for key, value in airflow_home.environment().items():
            patch.setenv(key, value)
        yield


@pytest.fixture
def load_bag() -> Callable[[], Any]:
    """Load the DAGs as the DAG processor does: the checkout as one bundle."""

    def load() -> Any:
        from airflow.dag_processing.dagbag import BundleDagBag

        return BundleDagBag(dag_folder=str(home.ROOT), bundle_path=home.ROOT, bundle_name=airflow_home.BUNDLE)

    return load


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two institutions: the demo, and the recorded conversations."""
    folder = tmp_path / "institutions"
    folder.mkdir()
    (folder / "overbrugge.toml").write_bytes((home.CONFIG / "overbrugge.toml").read_bytes())
    (folder / "care.toml").write_bytes((home.ROOT / "docs" / "examples" / "care.toml").read_bytes())
    monkeypatch.setattr(home, "CONFIG", folder)
    return folder
