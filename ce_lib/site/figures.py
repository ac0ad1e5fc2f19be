"""Put SVG figures into the page, with colours that follow its theme, and require alt text.

A figure in an `<img>` is sealed off from the page: in the dark theme it can only be filtered.
Inlined, each of its colours becomes a CSS variable with a value for light, dark and print
(`book/_assets/course.css`). In light the reader sees exactly what matplotlib drew.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from ce_lib.site.drawing import join_like, shorten_looks
from ce_lib.site.lettering import write_letters

logger = logging.getLogger(__name__)

# Okabe and Ito's palette, told apart by colour-blind readers. Black, white and all greys follow
# `--fig-ink` and `--fig-paper`; any other colour stays as drawn.
PALETTE = {
    "#0072b2": "--fig-blue",
    "#d55e00": "--fig-vermilion",
    "#009e73": "--fig-green",
    "#cc79a7": "--fig-purple",
    "#e69f00": "--fig-orange",
    "#56b4e9": "--fig-sky",
    "#f0e442": "--fig-yellow",
}

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b")
_NUMBER = re.compile(r"-?\d+\.\d+")
_TRANSLATE = re.compile(r"translate\([^)]*\)")
_COMMAND = re.compile(r"([A-Za-z])")
# what marks and letters are made of is drawn small: it needs all its digits
_SHAPES = {f"{{{_SVG}}}{tag}" for tag in ("defs", "marker", "clipPath", "pattern", "symbol")}
_URL = re.compile(r"url\(#([^)]+)\)")


def themed_colour(colour: str) -> str:
    """Return the CSS colour that stands for the hexadecimal `colour` in every theme."""
    colour = colour.lower()
    if len(colour) == 4:
        colour = "#" + "".join(2 * digit for digit in colour[1:])
    if colour in PALETTE:
        return f"var({PALETTE[colour]}, {colour})"
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    if not red == green == blue:
        return colour
    if red == 0:
        return "var(--fig-ink, #000)"
    if red == 255:
        return "var(--fig-paper, #fff)"
    ink = round(100 * (255 - red) / 255, 1)
    return f"color-mix(in srgb, var(--fig-ink, #000) {ink:g}%, var(--fig-paper, #fff))"


def inline_svg(source: str, *, alt: str, prefix: str) -> str:
    """Return the SVG document `source` as an element to put into an HTML page.

    Parameters
    ----------
    source
        The text of an SVG file, e.g. from matplotlib.
    alt
        The text read to those who do not see the figure.
    prefix
        Put before each id, so that two figures in one page do not share one.

    Raises
    ------
    xml.etree.ElementTree.ParseError
        If `source` is not well-formed XML.
    """
    root = ET.fromstring(source)
    _drop(root, {f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"})
    write_letters(root)
    _drop_idle_styles(root)
    join_like(root)
    fine = {path for shape in root.iter() if shape.tag in _SHAPES for path in shape.iter()}
    names: dict[str, str] = {}
    for element in root.iter():
        if "id" in element.attrib:
            names[element.attrib["id"]] = f"{prefix}-{len(names)}"
    used = _references(root)
    for element in root.iter():
        _rewrite(element, names, used, places=2 if element in fine else 1)
    width = _pixels(root.attrib.pop("width", ""))
    root.attrib.pop("height", None)
    root.attrib.update({"class": "figure-svg", "role": "img", "aria-label": alt})
    # Stated in matplotlib's <style>, which would reach every other SVG in the page.
    root.attrib.update({"stroke-linejoin": "round", "stroke-linecap": "butt"})
    if width:
        root.attrib["style"] = f"width:{width:g}px"
    for element in root.iter():
        if "style" in element.attrib:
            element.attrib["style"] = re.sub(r"([;:])\s+", r"\1", element.attrib["style"])
    shorten_looks(root)
    ET.register_namespace("", _SVG)
    text = ET.tostring(root, encoding="unicode")
    # HTML knows the namespace by itself
    return re.sub(r">\s+<", "><", text).replace(f' xmlns="{_SVG}"', "", 1).replace(" />", "/>")


def _drop(parent: ET.Element, tags: set[str]) -> None:
    for child in list(parent):
        if child.tag in tags:
            parent.remove(child)
        else:
            _drop(child, tags)


def _drop_idle_styles(root: ET.Element) -> None:
    """Drop the style of each `use` whose shape states the same properties: the shape's own win."""

    def properties(element: ET.Element) -> set[str]:
        style = element.get("style", "")
        return {one.partition(":")[0].strip() for one in style.split(";") if one.strip()}

    shapes = {f"#{e.attrib['id']}": properties(e) for e in root.iter() if "id" in e.attrib}
    for use in root.iter(f"{{{_SVG}}}use"):
        shape = use.get(f"{{{_XLINK}}}href", "")
        if use.get("style") and properties(use) <= shapes.get(shape, set()):
            del use.attrib["style"]


def _references(root: ET.Element) -> set[str]:
    used: set[str] = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            if key.rsplit("}", 1)[-1] == "href":
                used.add(value.removeprefix("#"))
            used.update(_URL.findall(value))
    return used


def _rewrite(element: ET.Element, names: dict[str, str], used: set[str], *, places: int) -> None:
    for key, value in list(element.attrib.items()):
        if key == "id":
            if value in used:
                element.attrib[key] = names[value]
            else:
                del element.attrib[key]
        elif key.rsplit("}", 1)[-1] == "href":
            del element.attrib[key]
            name = value.removeprefix("#")
            element.attrib["href"] = f"#{names[name]}" if name in names else value
        elif key in {"d", "points"}:
            element.attrib[key] = (
                compact_path(value, places) if key == "d" else _rounded(value, places)
            )
        elif key in {"x", "y", "width", "height", "cx", "cy"}:
            element.attrib[key] = _rounded(value, places)
        elif key == "transform":
            element.attrib[key] = _TRANSLATE.sub(lambda found: _rounded(found[0], places), value)
        else:
            value = _URL.sub(lambda found: f"url(#{names.get(found[1], found[1])})", value)
            if key in {"style", "fill", "stroke", "stop-color"}:
                value = _HEX.sub(lambda found: themed_colour(found[0]), value)
                # A presentation attribute cannot hold var(); a style can.
                if key != "style" and "var(" in value:
                    del element.attrib[key]
                    style = element.attrib.get("style", "")
                    element.attrib["style"] = f"{key}: {value}; {style}".rstrip("; ")
                    continue
            element.attrib[key] = value


def _rounded(numbers: str, places: int) -> str:
    # A tenth of a point is finer than what a screen shows of a line; the digits weigh.
    return " ".join(_NUMBER.sub(lambda found: _number(float(found[0]), places), numbers).split())


def compact_path(path: str, places: int = 2) -> str:
    """Return the SVG path `path`, rounded to `places`, each point counted from the last.

    A curve of matplotlib is hundreds of points, each a step from the one before: the steps are
    short to write. Paths with other commands than M, L, Q, C and Z are only rounded.
    """
    unit = 10**places
    parts = _COMMAND.split(path)[1:]
    if not parts or not all(letter in "MLQCZz" for letter in parts[::2]):
        return _rounded(path, places)
    out, last = "", ""
    here = start = (0, 0)
    for letter, text in zip(parts[::2], parts[1::2], strict=True):
        numbers = [round(unit * float(one)) for one in text.replace(",", " ").split()]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if letter in "Zz":
            out, here, last = out + "z", start, ""
            continue
        size = {"M": 1, "L": 1, "Q": 2, "C": 3}[letter]
        if not points or len(points) % size or len(numbers) % 2:
            return _rounded(path, places)
        for place in range(0, len(points), size):
            steps = [(x - here[0], y - here[1]) for x, y in points[place : place + size]]
            # further points after a move are lines, in a path's own grammar
            name = "l" if letter == "M" and place else letter.lower()
            step = [value for point in steps for value in point]
            # straight down or along, one number says it
            if name == "l" and 0 in step:
                name = "h" if step[1] == 0 else "v"
                step = step[:1] if name == "h" else step[1:]
            written = [_number(value / unit, places) for value in step]
            if name == "m":
                start = points[place]
            out += _joined(written) if name == last else name + _joined(written, first=True)
            last, here = name, points[place + size - 1]
    # a path begins at an absolute place
    return "M" + out[1:]


def _joined(numbers: list[str], *, first: bool = False) -> str:
    text = "".join(one if one.startswith("-") else f" {one}" for one in numbers)
    return text.lstrip() if first else text


def _number(value: float, places: int = 2) -> str:
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _pixels(length: str) -> float | None:
    found = re.fullmatch(r"([\d.]+)(pt|px)?", length)
    if not found:
        return None
    return round(float(found[1]) * (4 / 3 if found[2] == "pt" else 1), 1)


def _place(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if app.builder.format != "html":
        return
    for count, image in enumerate(list(doctree.findall(nodes.image))):
        uri = image["uri"]
        alt = str(image.get("alt", "")).strip()
        if not alt:
            logger.warning(
                "this figure has no alt text: state what it shows "
                "(in a code cell: `:mystnb: {image: {alt: ...}}`)",
                location=image,
                type="course",
                subtype="alt",
            )
        path = Path(app.srcdir, uri)
        if not uri.endswith(".svg") or "://" in uri or not path.is_file():
            continue
        try:
            svg = inline_svg(path.read_text(encoding="utf-8"), alt=alt, prefix=f"fig{count}")
        except ET.ParseError as error:
            logger.warning("%s is not an SVG file: %s", uri, error, location=image)
            continue
        classes = " ".join(["figure-box", *image["classes"]])
        box = f'<div class="{escape(classes)}">{svg}</div>'
        image.replace_self(nodes.raw("", box, format="html"))


def setup(app: Sphinx) -> None:
    app.connect("doctree-resolved", _place)
