"""Say what matplotlib draws in fewer words: the same picture from a third of the bytes.

Matplotlib writes each line of a grid, each tick and each point of a cloud as an element of its
own, in groups of groups, with its look spelled out. Here like lines become one path, like marks
the corners of one path, and the looks that most figures share become classes.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np

from ce_lib.site.curves import fit

__all__ = ["LOOKS", "join_like", "shorten_looks"]

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_LINES = re.compile(r"[ML\s\d.e+-]+")
_LINE = re.compile(r"\s*M[^A-Z]*(?:L[^A-Z]*)+")
_NUMBERS = re.compile(r"-?[\d.]+(?:e-?\d+)?")
_PLACED = re.compile(r"translate\((-?[\d.]+) (-?[\d.]+)\) scale\(0?\.11\)")
# In points: how far a smooth line may pass from one of matplotlib's own points.
_TOLERANCE = 0.06
_BOX = ("x", "y", "width", "height")
_CLIP = re.compile(r"url\(#([^)]+)\)")

_INK, _PAPER = "var(--fig-ink, #000)", "var(--fig-paper, #fff)"
_BLUE, _VERMILION = "var(--fig-blue, #0072b2)", "var(--fig-vermilion, #d55e00)"
_GREEN = "var(--fig-green, #009e73)"


def _grey(percent: float) -> str:
    return f"color-mix(in srgb, {_INK} {percent:g}%, {_PAPER})"


_DASHED = "fill:none;stroke-dasharray:7.4,3.2;stroke-dashoffset:0"

#: What most figures share, by the class that `book/_assets/course.css` has for it.
LOOKS = {
    f"fill:{_PAPER}": "fp",
    f"fill:none;stroke:{_INK};stroke-width:0.8;stroke-linejoin:miter;stroke-linecap:square": "fa",
    f"stroke:{_INK};stroke-width:0.8": "ft",
    f"fill:none;stroke:{_grey(14.9)};stroke-width:0.6;stroke-linecap:square": "fg",
    f"fill:none;stroke:{_BLUE};stroke-width:2;stroke-linecap:square": "fb",
    f"{_DASHED};stroke:{_VERMILION};stroke-width:2": "fv",
    f"fill:none;stroke:{_VERMILION};stroke-width:2;stroke-linecap:round": "fr",
    f"fill:none;stroke:{_GREEN};stroke-width:2;stroke-linecap:square": "fn",
    f"fill:none;stroke:{_grey(53.7)};stroke-linecap:square": "fq",
    f"fill:{_BLUE}": "fc",
    f"fill:{_VERMILION}": "fd",
    f"fill:{_BLUE};stroke:{_BLUE}": "fe",
    f"fill:{_VERMILION};stroke:{_VERMILION}": "ff",
    "font-size:70px": "fs",
}


def join_like(root: ET.Element) -> None:
    """Join what stands side by side below `root`, as matplotlib wrote it, and looks the same.

    Within an axis the lines of the grid come first, then the ticks, then the letters: they do not
    cover each other.
    """
    _drop_idle_clips(root)
    for path in root.iter(f"{_SVG}path"):
        path.set("d", _smooth(path.get("d", "")))
    for group in list(root.iter(f"{_SVG}g")):
        if group.get("id", "").startswith("matplotlib.axis_"):
            _sort_axis(group)
    _ungroup(root)
    for parent in list(root.iter()):
        _join_paths(parent)
    for parent in list(root.iter()):
        _join_marks(root, parent)


def _smooth(path: str) -> str:
    """Return a line of many points as few curves, where it is smooth."""
    if not _LINE.fullmatch(path):
        return path
    numbers = [float(one) for one in _NUMBERS.findall(path)]
    if len(numbers) < 24:
        return path
    curves = fit(np.reshape(numbers, (-1, 2)), _TOLERANCE)
    if curves is None:
        return path
    said = " C ".join(" ".join(f"{x:.4f}" for x in curve[1:].ravel()) for curve in curves)
    return f"M {numbers[0]} {numbers[1]} C {said}"


def _sort_axis(group: ET.Element) -> None:
    kinds: dict[str, list[ET.Element]] = {"defs": [], "path": [], "use": [], "rest": []}

    def sort(parent: ET.Element) -> None:
        for child in parent:
            if child.tag == f"{_SVG}g" and not {"transform", "clip-path"} & set(child.attrib):
                sort(child)
            else:
                kinds.get(child.tag.removeprefix(_SVG), kinds["rest"]).append(child)

    sort(group)
    group[:] = [child for kind in kinds.values() for child in kind]


def _ungroup(parent: ET.Element) -> None:
    out: list[ET.Element] = []
    for child in parent:
        _ungroup(child)
        bare = child.tag == f"{_SVG}g" and set(child.attrib) <= {"id"}
        out += list(child) if bare else [child]
    parent[:] = out


def _join_paths(parent: ET.Element) -> None:
    last: ET.Element | None = None
    for child in list(parent):
        look = {name: value for name, value in child.attrib.items() if name not in {"d", "id"}}
        joins = child.tag == f"{_SVG}path" and _LINES.fullmatch(child.get("d", "-z"))
        # where strokes that can be seen through cross, two are darker than one
        if not joins or "opacity" in look.get("style", "") or "marker" in str(look):
            last = None
            continue
        if (
            last is not None
            and look
            == {name: value for name, value in last.attrib.items() if name not in {"d", "id"}}
            and "fill: none" in look.get("style", "")
            and "dasharray" not in look["style"]
        ):
            last.set("d", f"{last.get('d')} {child.get('d')}")
            parent.remove(child)
        else:
            last = child


def _join_marks(root: ET.Element, parent: ET.Element) -> None:
    """Make of four or more equal marks in a row a path that has the mark at each corner."""
    run: list[ET.Element] = []

    def close() -> None:
        if len(run) >= 4:
            _marker(root, parent, run)
        run.clear()

    for child in list(parent):
        if child.tag != f"{_SVG}use" or child.get("transform"):
            close()
            continue
        if run and _mark(run[0]) != _mark(child):
            close()
        run.append(child)
    close()


def _mark(use: ET.Element) -> tuple[str, ...]:
    return tuple(use.get(name, "") for name in (_HREF, "style", "clip-path"))


def _marker(root: ET.Element, parent: ET.Element, run: list[ET.Element]) -> None:
    name, style, clip = _mark(run[0])
    shape = next((e for e in root.iter(f"{_SVG}path") if f"#{e.get('id', '')}" == name), None)
    if shape is None:
        return
    own = {"orient": "0", "overflow": "visible", "markerUnits": "userSpaceOnUse"}
    identity = f"{name.removeprefix('#')}-{len(list(root.iter(f'{_SVG}marker')))}"
    marker = ET.Element(f"{_SVG}marker", {"id": identity, **own})
    drawn = {"d": shape.get("d", ""), "style": _both(style, shape.get("style", ""))}
    marker.append(ET.Element(f"{_SVG}path", drawn))
    points = " L ".join(f"{use.get('x', '0')} {use.get('y', '0')}" for use in run)
    attributes = {f"marker-{place}": f"url(#{identity})" for place in ("start", "mid", "end")}
    if clip:
        attributes["clip-path"] = clip
    path = ET.Element(f"{_SVG}path", {"d": f"M {points}", "style": "fill: none", **attributes})
    place = list(parent).index(run[0])
    parent[place : place + len(run)] = [marker, path]


def _both(style: str, stronger: str) -> str:
    found = {}
    for one in f"{style};{stronger}".split(";"):
        name, _, value = one.partition(":")
        if value:
            found[name.strip()] = value.strip()
    return "; ".join(f"{name}: {value}" for name, value in found.items())


def _drop_idle_clips(root: ET.Element) -> None:
    """Drop the clip of each line, and of each group of marks, that lies within it."""
    boxes: dict[str, tuple[float, ...]] = {}
    for clip in root.iter(f"{_SVG}clipPath"):
        if len(clip) == 1 and clip[0].tag == f"{_SVG}rect" and clip[0].get("width"):
            x, y, width, height = (float(clip[0].get(k, "0")) for k in _BOX)
            boxes[clip.get("id", "")] = (x, y, x + width, y + height)
    for element in root.iter():
        found = _CLIP.fullmatch(element.get("clip-path", ""))
        box = boxes.get(found[1]) if found else None
        if box is None:
            continue
        points = _points(element)
        if points and all(
            box[0] - 0.1 <= x <= box[2] + 0.1 and box[1] - 0.1 <= y <= box[3] + 0.1
            for x, y in points
        ):
            del element.attrib["clip-path"]


def _points(element: ET.Element) -> list[tuple[float, float]]:
    if element.tag == f"{_SVG}path" and "transform" not in element.attrib:
        if not re.fullmatch(r"[MLQCZz\s\d.e+-]+", element.get("d", "")):
            return []
        numbers = [float(one) for one in _NUMBERS.findall(element.get("d", ""))]
        return list(zip(numbers[::2], numbers[1::2], strict=True))
    children = list(element)
    if (
        element.tag == f"{_SVG}g"
        and children
        and all(child.tag == f"{_SVG}use" and not child.get("transform") for child in children)
    ):
        return [(float(use.get("x", "0")), float(use.get("y", "0"))) for use in children]
    return []


def shorten_looks(root: ET.Element) -> None:
    """Write looks below `root` as classes, and place letters without a group around them.

    A line of letters of the usual size that is not turned says itself where it stands.
    """
    for element in root.iter():
        name = LOOKS.get(element.get("style", ""))
        if name:
            del element.attrib["style"]
            element.set("class", name)
    for parent in root.iter():
        parent[:] = [_place_of_letters(child) for child in parent]


def _place_of_letters(group: ET.Element) -> ET.Element:
    if group.tag != f"{_SVG}g" or set(group.attrib) != {"transform"} or len(group) != 1:
        return group
    placed, text = _PLACED.fullmatch(group.get("transform", "")), group[0]
    if placed is None or text.tag != f"{_SVG}text" or text.attrib:
        return group
    text.attrib.update({"class": "fl", "x": placed[1], "y": placed[2]})
    return text
