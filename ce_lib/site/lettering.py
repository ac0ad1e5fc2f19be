"""Turn the outlines of a figure's letters back into text, in the font that drew them.

Matplotlib writes each letter as a shape, so that no font can be missing; half of a chapter's
weight is then the same few outlines, once a figure. The site has a cut of that font
(`ce_lib.site.fonts`), so here the shapes become `<text>`, letter by letter where they stood.
What is not in the cut stays a shape.
"""

from __future__ import annotations

import functools
import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from ce_lib.site.fonts import CORE

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_GLYPH = re.compile(r"#DejaVuSans-([0-9a-f]+)")
_PLACED = re.compile(
    r"(?:translate\((?P<x>[-\d.e]+)(?:[ ,](?P<y>[-\d.e]+))?\))?\s*(?:scale\((?P<scale>[\d.]+)\))?"
)
_FLIPPED = re.compile(r"scale\(([\d.]+) -\1\)")
# Units of a hundredth of the letter's size: below it nobody sees that a letter has moved.
_TOLERANCE = 0.6


@dataclass(frozen=True)
class _Letter:
    sign: str
    x: float
    y: float
    size: float  # 100 is the size of the line


@functools.cache
def _font() -> tuple[dict[str, float], dict[tuple[str, str], float]]:
    """Return the advance of each sign of our cut, and how pairs are moved."""
    import matplotlib
    from fontTools.ttLib import TTFont

    path = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    with TTFont(path, lazy=True) as font:
        (cut,) = (cut for cut in CORE if cut.name == "dejavu-sans")
        names, widths, em = font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm
        kept = [sign for sign in cut.characters if ord(sign) in names]
        advances = {sign: 100 * widths[names[ord(sign)]][0] / em for sign in kept}
        closer = {
            (names_of[left], names_of[right]): 100 * value / em
            for names_of in [{names[ord(sign)]: sign for sign in kept}]
            for (left, right), value in font["kern"].kernTables[0].kernTable.items()
            if left in names_of and right in names_of
        }
    return advances, closer


def write_letters(root: ET.Element) -> None:
    """Replace each line of letter shapes below `root` by text, where all of them are known."""
    for parent in root.iter(f"{_SVG}g"):
        flipped = _FLIPPED.search(parent.get("transform", ""))
        uses = [child for child in parent if child.tag != f"{_SVG}defs"]
        if not flipped or not uses:
            continue
        letters = [_letter(use) for use in uses]
        if any(letter is None for letter in letters):
            continue
        # Shapes of letters count upwards from the line, text downwards.
        scale = f"scale({float(flipped[1]):g})"
        parent.set("transform", _FLIPPED.sub(scale, parent.get("transform", "")))
        for use in uses:
            parent.remove(use)
        for run in _runs([letter for letter in letters if letter is not None]):
            parent.append(_text(run))
    _drop_unused(root)


def _letter(use: ET.Element) -> _Letter | None:
    glyph = _GLYPH.fullmatch(use.get(_XLINK_HREF, ""))
    placed = _PLACED.fullmatch(use.get("transform", ""))
    if use.tag != f"{_SVG}use" or glyph is None or placed is None:
        return None
    sign = chr(int(glyph[1], 16))
    if sign not in _font()[0]:
        return None
    x, y = float(placed["x"] or 0), float(placed["y"] or 0)
    return _Letter(sign, x, y, size=100 * float(placed["scale"] or 1))


def _runs(letters: list[_Letter]) -> list[list[_Letter]]:
    runs: list[list[_Letter]] = []
    for letter in letters:
        if runs and (runs[-1][-1].y, runs[-1][-1].size) == (letter.y, letter.size):
            runs[-1].append(letter)
        else:
            runs.append([letter])
    return runs


def _text(run: list[_Letter]) -> ET.Element:
    text = ET.Element(f"{_SVG}text")
    text.text = "".join(letter.sign for letter in run)
    advances, closer = _font()
    places, natural, moved = [run[0].x], run[0].x, False
    for before, letter in itertools.pairwise(run):
        pair = closer.get((before.sign, letter.sign), 0.0)
        natural += (advances[before.sign] + pair) * letter.size / 100
        places += [letter.x]
        moved = moved or abs(natural - letter.x) > _TOLERANCE
    # one that the browser would not find by itself: every letter says where it stands
    wanted = places if moved else places[:1]
    if wanted != [0.0]:
        text.set("x", " ".join(f"{place:.1f}".removesuffix(".0") for place in wanted))
    if run[0].y:
        text.set("y", f"{-run[0].y:.1f}")
    if run[0].size != 100:
        text.set("style", f"font-size:{run[0].size:g}px")  # an attribute would yield to the sheet
    return text


def _drop_unused(root: ET.Element) -> None:
    """Remove the outlines that nothing shows any more."""
    used = {use.get(_XLINK_HREF, "") for use in root.iter(f"{_SVG}use")}
    for parent in root.iter():
        for defs in [child for child in parent if child.tag == f"{_SVG}defs"]:
            for shape in list(defs):
                name = f"#{shape.get('id', '')}"
                if _GLYPH.fullmatch(name) and name not in used:
                    defs.remove(shape)
            if not len(defs):
                parent.remove(defs)
