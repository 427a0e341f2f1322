"""Colours that mean different things stay apart for every eye, and text stays readable on what is behind it.

Colour vision is simulated after Machado, Oliveira and Fernandes (2009), table of severity 1.0, on linear RGB. Distances
are CIE 1976 Lab; 2.3 is what an ordinary eye just tells apart side by side, so 20 is plain across a page.
"""

from __future__ import annotations

import math
import re
from itertools import combinations

import numpy as np
import pytest

from tasks import home
from tasks.render.charts.svg import ACCENT, BAND, EARLIER, INK, MUTED, NEGATIVE, POSITIVE
from tasks.render.palette import HOUSE

EYES = {
    "ordinary": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.119192, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
PLAIN = 20
#: What stands beside each other in one chart and means something else.
BESIDE = [
    *combinations((ACCENT, NEGATIVE, EARLIER), 2),
    (POSITIVE, NEGATIVE),
    (ACCENT, BAND),
    (EARLIER, BAND),
    (NEGATIVE, BAND),
]


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(("one", "other"), BESIDE)
def test_colours_that_differ_in_meaning_differ_for_every_eye(eye: str, one: str, other: str) -> None:
    assert math.dist(lab(one, eye), lab(other, eye)) > PLAIN


def test_red_and_green_of_one_lightness_would_be_noticed() -> None:
    assert math.dist(lab("#A07000", "deutan"), lab("#6F8A00", "deutan")) < PLAIN
    assert math.dist(lab("#A07000", "ordinary"), lab("#6F8A00", "ordinary")) > PLAIN


@pytest.mark.parametrize("colour", [INK, MUTED, ACCENT, POSITIVE, NEGATIVE])
def test_text_is_readable_on_white(colour: str) -> None:
    assert contrast(colour, "#FFFFFF") >= 4.5


@pytest.mark.parametrize("colour", [ACCENT, INK])
def test_text_is_readable_on_the_band(colour: str) -> None:
    assert contrast(colour, BAND) >= 4.5


@pytest.mark.parametrize("colour", [ACCENT, POSITIVE, NEGATIVE, EARLIER])
def test_lines_and_bars_are_seen_on_white(colour: str) -> None:
    assert contrast(colour, "#FFFFFF") >= 3


def test_the_page_s_own_text_colours_are_readable() -> None:
    css = (home.TEMPLATES / "report.css").read_text()
    assert not re.findall(r"#[0-9A-Fa-f]{3,6}\b", css)  # they come from the palette alone
    named = {role: HOUSE.roles()[role] for role in re.findall(r"(?<![-\w])color: var\(--(\w+)\)", css)}
    assert set(named) >= {"ink", "muted", "accent", "good", "bad"}
    assert all(contrast(colour, "#FFFFFF") >= 4.5 for colour in named.values())


def contrast(one: str, other: str) -> float:
    """WCAG 2: the ratio of relative luminances."""
    light, dark = sorted(((TO_XYZ @ linear(colour))[1] for colour in (one, other)), reverse=True)
    return float((light + 0.05) / (dark + 0.05))


def lab(colour: str, eye: str) -> list[float]:
    xyz = TO_XYZ @ np.clip(EYES[eye] @ linear(colour), 0, 1) / WHITE
    x, y, z = (float(np.cbrt(v)) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


def linear(colour: str) -> np.ndarray:
    """The light of ``#RRGGBB``, 0–1 for each of red, green and blue."""
    encoded = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
