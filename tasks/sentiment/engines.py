"""Opening an engine by name; when it cannot run, the next one takes its place and the report says so."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from tasks.errors import UsageError
from tasks.sentiment.engine import Engine, EngineUnavailable

#: From the best to the one that always works; each is a module of this package with ``load() -> Engine``.
ENGINES = {"e5": "e5", "student": "student", "lexicon": "sql_engine"}
DEFAULT = "e5"


@dataclass(frozen=True, slots=True)
class Opened:
    """An engine, and what to tell the reader when it is not the one that was asked for."""

    engine: Engine
    asked: str
    reason: str | None = None


def load(name: str) -> Engine:
    """This engine and no other. Raises EngineUnavailable, or UsageError when there is no engine of this name."""
    if name not in ENGINES:
        raise UsageError(f"there is no sentiment engine “{name}”; use {', '.join(ENGINES)}.")
    engine: Engine = importlib.import_module(f"tasks.sentiment.{ENGINES[name]}").load()
    return engine


def open_engine(name: str = DEFAULT) -> Opened:
    """The engine asked for, or the first after it that can run, with the reason. The last one needs only DuckDB."""
    if name not in ENGINES:
        load(name)
    names = list(ENGINES)
    reasons: list[str] = []
    for candidate in names[names.index(name) :]:
        try:
            engine = load(candidate)
        except EngineUnavailable as error:
            reasons.append(f"{candidate}: {error}")
            continue
        return Opened(engine, name, " ".join(reasons) or None)
    raise EngineUnavailable(" ".join(reasons))
