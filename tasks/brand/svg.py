"""A logo drawn as SVG, made safe: only shapes and plain paint get through, and only as we write them.

What can act, fetch, repeat itself or needs a font is refused with what to do; what only an editor needs (metadata,
comments, attributes of Inkscape) is left out. Style sheets of class names, as Illustrator writes them, become
attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import tinycss2
from lxml import etree

from tasks.brand.files import Unfit

NAMESPACE = "http://www.w3.org/2000/svg"
ROOT_NAMES: Any = {None: NAMESPACE}
XLINK = "{http://www.w3.org/1999/xlink}href"
MOST_BYTES, MOST_ELEMENTS, DEEPEST = 200_000, 3000, 24
SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
GRADIENTS = frozenset({"linearGradient", "radialGradient"})
KEPT = SHAPES | GRADIENTS | {"svg", "g", "defs", "stop", "clipPath"}
DROPPED = frozenset({"title", "desc", "metadata", "style"})
PAINT = frozenset(
    {
        "fill", "fill-opacity", "fill-rule", "clip-rule", "stroke", "stroke-width", "stroke-opacity",
        "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset",
        "opacity", "stop-color", "stop-opacity", "clip-path", "display",
    }
)  # fmt: skip
PLACE = frozenset(
    {
        "id", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "width", "height",
        "points", "transform", "viewBox", "offset", "gradientUnits", "gradientTransform", "spreadMethod",
        "clipPathUnits",
    }
)  # fmt: skip
VALUE = re.compile(r"(?:[\w\s#.,+%-]|\((?=[\w\s.,+%-])|\)|url\(#[\w-]+\))*", re.ASCII)
ADVICE = "export the logo as a plain SVG with its text turned into paths"


def sanitized(data: bytes) -> bytes:
    """The drawing as SVG of our own making; raises Unfit."""
    if len(data) > MOST_BYTES:
        raise Unfit(f"the SVG is larger than {MOST_BYTES // 1000} kB; simplify the drawing")
    root = _parsed(data)
    if root.tag != f"{{{NAMESPACE}}}svg":
        raise Unfit("this is no SVG drawing")
    classes = _classes(root)
    clean = _copy(root, classes, 0)
    _size(root, clean)
    _references(clean)
    return etree.tostring(clean, encoding="utf-8")


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unfit(f"this is no SVG drawing ({error})") from None
    if b"<!ENTITY" in data:
        raise Unfit(f"the SVG defines entities; {ADVICE}")
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise Unfit(f"the SVG has more than {MOST_ELEMENTS} elements; simplify the drawing")
    return root


def _copy(element: etree._Element, classes: dict[str, dict[str, str]], depth: int) -> etree._Element:
    if depth > DEEPEST:
        raise Unfit(f"the SVG nests its groups more than {DEEPEST} deep; simplify the drawing")
    name = etree.QName(element).localname
    copy = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap=ROOT_NAMES if depth == 0 else None)
    for key, value in sorted(_attributes(element, name, classes).items()):
        copy.set(key, value)
    copy.extend([_copy(child, classes, depth + 1) for child in _children(element)])
    return copy


def _children(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if not isinstance(child.tag, str):
            if isinstance(child, etree._Entity):
                raise Unfit(f"the SVG uses entities; {ADVICE}")
            continue  # a comment or a processing instruction
        tag = etree.QName(child)
        if tag.namespace != NAMESPACE or tag.localname in DROPPED:
            continue
        if tag.localname not in KEPT:
            raise Unfit(f"the SVG holds <{tag.localname}>, which a logo may not have; {ADVICE}")
        yield child


def _attributes(element: etree._Element, name: str, classes: dict[str, dict[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in element.attrib.items():
        key, value = str(key), str(value).strip()
        if key.lower().startswith("on"):
            raise Unfit(f"the SVG wants to run something ({key}); {ADVICE}")
        if key in ("href", XLINK):
            if name not in GRADIENTS or not re.fullmatch(r"#[\w-]+", value):
                raise Unfit(f"the SVG refers to {value[:60]!r}; {ADVICE}")
            found["href"] = value
        elif key in PLACE | PAINT:
            found[key] = _checked(key, value)
    for one in (element.get("class") or "").split():
        found |= classes.get(one, {})
    return found | _declared(element.get("style") or "")


def _checked(key: str, value: str) -> str:
    if not VALUE.fullmatch(value):
        raise Unfit(f'the SVG has {key}="{value[:60]}", which is not plain paint; {ADVICE}')
    return value


def _declared(css: str) -> dict[str, str]:
    """The declarations of a ``style`` that are paint; anything that could fetch is refused."""
    found = {}
    for one in tinycss2.parse_declaration_list(css, skip_comments=True, skip_whitespace=True):
        if one.type != "declaration":
            raise Unfit(f"the SVG has a style that cannot be read; {ADVICE}")
        value = tinycss2.serialize(one.value).strip()
        if one.lower_name in PAINT:
            found[str(one.lower_name)] = _checked(one.lower_name, value)
        elif "url" in value.lower():
            raise Unfit(f"the SVG has a style that fetches ({one.lower_name}); {ADVICE}")
    return found


def _classes(root: etree._Element) -> dict[str, dict[str, str]]:
    """``{"cls-1": {"fill": "#123456"}}`` of all style sheets in the drawing."""
    found: dict[str, dict[str, str]] = {}
    for sheet in root.iter(f"{{{NAMESPACE}}}style"):
        css = "".join(map(str, sheet.itertext()))
        for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
            names = tinycss2.serialize(rule.prelude).split(",") if rule.type == "qualified-rule" else [""]
            for name in map(str.strip, names):
                if not re.fullmatch(r"\.[\w-]+", name):
                    raise Unfit(f"the SVG has a style sheet with more than class names; {ADVICE}")
                found.setdefault(name[1:], {}).update(_declared(tinycss2.serialize(rule.content)))
    return found


def _size(root: etree._Element, clean: etree._Element) -> None:
    """A drawing that says how large its own space is, and is neither a thread nor a tower."""
    box = [float(part) for part in re.findall(r"-?\d*\.?\d+(?:e-?\d+)?", root.get("viewBox") or "")]
    if len(box) != 4:
        sides = [re.fullmatch(r"(\d*\.?\d+)(?:px)?", (root.get(side) or "").strip()) for side in ("width", "height")]
        if not all(sides):
            raise Unfit("the SVG says neither a viewBox nor a width and height; export it with a viewBox")
        box = [0.0, 0.0, *(float(side[1]) for side in sides if side)]
    check_shape(box[2], box[3])
    for side in ("width", "height", "x", "y"):
        clean.attrib.pop(side, "")
    clean.set("viewBox", " ".join(f"{part:g}" for part in box))
    clean.set("width", f"{box[2]:g}")
    clean.set("height", f"{box[3]:g}")


def check_shape(width: float, height: float) -> None:
    """Raises Unfit when it would not fit the head of a page."""
    if not (0 < width <= 20_000 and 0 < height <= 20_000 and 1 / 4 <= width / height <= 12):
        raise Unfit(
            f"the logo is {width:g} by {height:g}; the head of the page has room for at most 12 times as wide as high, "
            "and 4 times as high as wide"
        )


def _references(clean: etree._Element) -> None:
    """A gradient may borrow from one other; longer chains can go round in circles."""
    borrowing = {one.get("id") for one in clean.iter() if one.get("href")}
    for one in clean.iter():
        if (one.get("href") or "#")[1:] in borrowing:
            raise Unfit(f"the SVG has gradients that borrow from each other; {ADVICE}")
        if etree.QName(one).localname == "clipPath" and any(inner.get("clip-path") for inner in one.iter()):
            raise Unfit(f"the SVG has clip paths in clip paths; {ADVICE}")
