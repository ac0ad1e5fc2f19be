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
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
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
    names: dict[str, str] = {}
    for element in root.iter():
        if "id" in element.attrib:
            names[element.attrib["id"]] = f"{prefix}-{len(names)}"
    used = _references(root)
    for element in root.iter():
        _rewrite(element, names, used)
    width = _pixels(root.attrib.pop("width", ""))
    root.attrib.pop("height", None)
    root.attrib.update({"class": "figure-svg", "role": "img", "aria-label": alt})
    # Stated in matplotlib's <style>, which would reach every other SVG in the page.
    root.attrib.update({"stroke-linejoin": "round", "stroke-linecap": "butt"})
    if width:
        root.attrib["style"] = f"width:{width:g}px"
    ET.register_namespace("", _SVG)
    text = ET.tostring(root, encoding="unicode")
    return re.sub(r">\s+<", "><", text)


def _drop(parent: ET.Element, tags: set[str]) -> None:
    for child in list(parent):
        if child.tag in tags:
            parent.remove(child)
        else:
            _drop(child, tags)


def _references(root: ET.Element) -> set[str]:
    used: set[str] = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            if key.rsplit("}", 1)[-1] == "href":
                used.add(value.removeprefix("#"))
            used.update(_URL.findall(value))
    return used


def _rewrite(element: ET.Element, names: dict[str, str], used: set[str]) -> None:
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
            # A hundredth of a point is finer than any screen; the digits weigh.
            element.attrib[key] = " ".join(_NUMBER.sub(_two_places, value).split())
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


def _two_places(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


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
