"""Colours for people: contrast as WCAG 2.2 counts it, distance and lightness in Oklab (Ottosson, 2020)."""

from __future__ import annotations

import math

WHITE = "#FFFFFF"
#: What WCAG 2.2 asks of text and of lines that mean something (1.4.3, 1.4.11).
TEXT, LINES = 4.5, 3.0
Oklch = tuple[float, float, float]


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def distance(one: str, other: str) -> float:
    """How different two colours look: 0.02 is hardly to be seen side by side, 0.1 is plain."""
    return math.dist(_oklab(one), _oklab(other))


def passing(colour: str, on: str, ratio: float) -> str:
    """The nearest colour of the same hue that has this contrast: itself, or one darker (lighter on a dark ground)."""
    light, chroma, hue = oklch(colour)
    step = -0.002 if _luminance(on) > 0.18 else 0.002
    while contrast(colour, on) < ratio and 0 < light + step < 1:
        light += step
        colour = from_oklch(light, chroma, hue)
    return colour


def tint(colour: str, light: float, most_chroma: float) -> str:
    """The same hue at this lightness (0–1), hardly or mildly coloured: for areas behind lines."""
    _, chroma, hue = oklch(colour)
    return from_oklch(light, min(chroma, most_chroma), hue)


def oklch(colour: str) -> Oklch:
    """Lightness (0–1), chroma (0–0.4) and hue (radians)."""
    light, a, b = _oklab(colour)
    return light, math.hypot(a, b), math.atan2(b, a)


def from_oklch(light: float, chroma: float, hue: float) -> str:
    """The colour, with as much of its chroma as a screen can show."""
    while chroma > 0.001 and not all(-1e-4 <= part <= 1 + 1e-4 for part in _linear(light, chroma, hue)):
        chroma -= 0.002
    parts = (max(0.0, min(part, 1.0)) for part in _linear(light, max(chroma, 0), hue))
    return "#" + "".join(f"{round(255 * _encoded(part)):02X}" for part in parts)


def _parts(colour: str) -> list[float]:
    """Linear light of red, green and blue."""
    values = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]


def _encoded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _luminance(colour: str) -> float:
    red, green, blue = _parts(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklab(colour: str) -> tuple[float, float, float]:
    red, green, blue = _parts(colour)
    cone = [
        math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue),
        math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue),
        math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue),
    ]
    return (
        0.2104542553 * cone[0] + 0.7936177850 * cone[1] - 0.0040720468 * cone[2],
        1.9779984951 * cone[0] - 2.4285922050 * cone[1] + 0.4505937099 * cone[2],
        0.0259040371 * cone[0] + 0.7827717662 * cone[1] - 0.8086757660 * cone[2],
    )


def _linear(light: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
