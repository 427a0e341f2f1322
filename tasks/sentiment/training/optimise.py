"""The minimum of a smooth function of many variables: limited-memory BFGS (Nocedal & Wright 2006, algorithm 7.5)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Function = Callable[[Vector], tuple[float, Vector]]

MEMORY = 12
#: Armijo's condition, and how often a step is halved before we call it a minimum.
ENOUGH, HALVINGS = 1e-4, 30


def minimum(function: Function, start: Vector, *, tolerance: float = 1e-6, most: int = 1000) -> Vector:
    """Where ``function`` (value and gradient) is least, to a largest slope of ``tolerance`` or after ``most`` steps."""
    at = start
    value, slope = function(at)
    steps: deque[tuple[Vector, Vector, float]] = deque(maxlen=MEMORY)
    for _ in range(most):
        if abs(slope).max() < tolerance:
            break
        way = _direction(slope, steps)
        length = 1.0 if steps else min(1.0, 1.0 / abs(slope).sum())
        for _ in range(HALVINGS):
            there = at + length * way
            reached, new_slope = function(there)
            if reached <= value + ENOUGH * length * (way @ slope):
                break
            length /= 2
        else:
            break
        moved, turned = there - at, new_slope - slope
        if (curved := float(moved @ turned)) > 1e-12:  # otherwise the step says nothing of the curvature
            steps.append((moved, turned, 1 / curved))
        at, value, slope = there, reached, new_slope
    return at


def _direction(slope: Vector, steps: deque[tuple[Vector, Vector, float]]) -> Vector:
    """Minus the inverse Hessian, as the last steps know it, times the slope."""
    way = -slope
    shares = []
    for moved, turned, weight in reversed(steps):
        share = weight * (moved @ way)
        shares.append(share)
        way = way - share * turned
    if steps:
        moved, turned, _ = steps[-1]
        way = way * ((moved @ turned) / (turned @ turned))
    for (moved, turned, weight), share in zip(steps, reversed(shares), strict=True):
        way = way + (share - weight * (turned @ way)) * moved
    return way
