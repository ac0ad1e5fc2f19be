"""Write KaTeX's formulas shorter: the same letters at the same places, from a third of the boxes.

KaTeX places what stands above and below the line in a table of two rows, and names in TeX's terms
what each sign is. A chapter has a thousand formulas: this markup is a quarter of what a reader
loads, and most of what a phone has to lay out. Here each table becomes one box, a name that no
rule of a style sheet asks for goes, and so does a box that changes nothing. The rules for what is
left are in `book/_assets/course.css`.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

__all__ = ["LINE", "MARGINS", "REACH", "shorten"]

# KaTeX's sheet has no rule for these.
_IDLE = {
    "mord", "mop", "mopen", "mclose", "mrel", "mbin", "mpunct", "minner", "mtight", "text",
}  # fmt: skip

#: Right margins that have a class: the spaces of TeX, and what a slanted letter leans over.
MARGINS = (
    "0.1667", "0.2222", "0.2778", "0.0037", "0.00773", "0.02691", "0.02778", "0.03148", "0.03588",
    "0.04398", "0.05017", "0.05724", "0.07153", "0.07847", "0.08125", "0.10764", "0.10903",
    "0.13889", "0.22222",
)  # fmt: skip

# KaTeX's three sizes of letters, by the size around them and their own.
_SIZES = {
    "sizing reset-size6 size3": "z7",
    "sizing reset-size6 size1": "z5",
    "sizing reset-size3 size1": "z57",
}

#: In em: how far above the line each row of a stack is built before it is moved to its place.
REACH = 4.0

#: In em: what a line of letters reaches above and below at KaTeX's line height of 1.2.
LINE = (0.91, 0.26)

#: Signs of a formula that no line breaks.
SHORT = 12

#: What is left of TeX's qquad.
WIDE = {"class": "mspace", "style": "margin-right:2em"}

_NUMBER = re.compile(r"(?<![\w.])(-?)0(\.\d+)")
_LENGTH = re.compile(r"(-?[\d.]+)em")


def shorten(html: str, *, inline: bool = False) -> str:
    """Return KaTeX's `html`, the part that is seen, with fewer and shorter elements.

    Each letter keeps its place, its font and its size.

    Parameters
    ----------
    inline : the formula stands in a line of text, and may break; not inside brackets, though, if
        what stands in them fits on a line of its own, and not at all if it is short.

    Raises
    ------
    xml.etree.ElementTree.ParseError
        If `html` is not one element, well formed.
    """
    root = ET.fromstring(html.replace(' xmlns="http://www.w3.org/2000/svg"', ""))
    opened = {base: _opened(base) for base in root} if inline else {}
    _tidy(root)
    if len(opened) > 1:
        _hold(root, opened)
    text = ET.tostring(root, encoding="unicode", short_empty_elements=False)
    return text.replace("></path>", "/>")


def _classes(element: ET.Element) -> list[str]:
    return element.get("class", "").split()


def _style(element: ET.Element) -> dict[str, str]:
    pairs = (one.partition(":") for one in element.get("style", "").split(";") if one.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _ems(length: str) -> float | None:
    found = _LENGTH.fullmatch(length)
    return float(found[1]) if found else None


def _em(value: float) -> str:
    # a thousandth is a fiftieth of a pixel
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return _NUMBER.sub(r"\1\2", "0" if text in {"-0", ""} else text) + "em"


def _write(element: ET.Element, classes: list[str], style: dict[str, str]) -> None:
    written = ";".join(f"{name}:{value}" for name, value in style.items())
    for name, value in (("class", " ".join(classes)), ("style", _NUMBER.sub(r"\1\2", written))):
        if value:
            element.set(name, value)
        else:
            element.attrib.pop(name, None)


def _tidy(element: ET.Element) -> None:
    if element.tag != "span":
        return  # a drawing, such as a root's sign
    for child in element:
        _tidy(child)
    _stack(element)
    classes = [name for name in _classes(element) if name not in _IDLE]
    style = _style(element)
    for long, short in _SIZES.items():
        if set(long.split()) <= set(classes) and "nulldelimiter" not in classes:
            classes = [short, *(name for name in classes if name not in long.split())]
    margin = style.get("margin-right", "").removesuffix("em")
    if margin in MARGINS:
        del style["margin-right"]
        classes = [name for name in classes if name != "mspace"]
        classes.append(margin_class(margin))
    if "frac-line" in classes and style == {"border-bottom-width": "0.04em"}:
        style = {}
    if "mathnormal" in classes:
        element.tag = "i"
        classes.remove("mathnormal")
    _write(element, classes, style)
    _inline(element)
    _join_spaces(element)
    _merge(element)
    if classes == ["katex-html"]:
        _part(element)
        _lead(element)


def margin_class(margin: str) -> str:
    """Return the class for a right margin of `margin` em, one of `MARGINS`."""
    return "m" + margin.removeprefix("0.")


def _stack(element: ET.Element) -> None:
    """Make one box of the table `element` in which KaTeX stacks rows on each other.

    The rows have no height, so all of them start at the top of the box, and the letters of each
    stand `REACH` below it, held by a strut that the style sheet adds; then each moves by its `top`.
    Another strut of that height makes this the line on which the box itself stands.
    """
    classes = _classes(element)
    if "vlist-t" not in classes or len(element) not in {1, 2}:
        return
    cells = [row[0] for row in element if len(row)]
    height = _ems(_style(cells[0]).get("height", ""))
    depth = _ems(_style(cells[1]).get("height", "")) if len(cells) == 2 else 0.0
    rows = list(cells[0])
    if height is None or depth is None or not rows:
        return
    moves = []
    for row in rows:
        strut = row[0] if len(row) else None
        if strut is None or "pstrut" not in _classes(strut) or row.text:
            return
        top, own = _ems(_style(row).get("top", "")), _ems(_style(strut).get("height", ""))
        if top is None or own is None or own > REACH:
            return
        moves.append(top + own)
    for row, move in zip(rows, moves, strict=True):
        strut = row[0]
        row.text = strut.tail
        row.remove(strut)
        style = _style(row)
        del style["top"]
        if abs(move) > 1e-6:
            style["top"] = _em(move)
        # a margin of nothing
        style = {name: value for name, value in style.items() if value not in {"0em", "0"}}
        _write(row, _classes(row), style)
        _inline(row)
    element[:] = rows
    style = {"margin-top": _em(height - REACH), "height": _em(REACH + depth)}
    _write(element, ["k", *(n for n in classes if not n.startswith("vlist-t"))], style)


def _inline(element: ET.Element) -> None:
    """Put what a child without class and style holds in its place."""
    place = 0
    # the rows of a stack are its children, whatever they are
    if "k" in _classes(element):
        return
    while place < len(element):
        child = element[place]
        if child.tag != "span" or child.attrib:
            place += 1
            continue
        _add_text(element, place, child.text)
        inner = list(child)
        if inner:
            inner[-1].tail = (inner[-1].tail or "") + (child.tail or "")
        else:
            _add_text(element, place, child.tail)
        element[place : place + 1] = inner
        place += len(inner)


def _add_text(element: ET.Element, place: int, text: str | None) -> None:
    """Add `text` before the child at `place`."""
    if not text:
        return
    if place:
        element[place - 1].tail = (element[place - 1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _join_spaces(element: ET.Element) -> None:
    """Make one element of a sign between two equal spaces."""
    place = 0
    while place + 1 < len(element):
        one, two = element[place], element[place + 1]
        names = one.get("class")
        if (
            names in {"m1667", "m2222", "m2778"}
            and one.attrib == two.attrib
            and not (len(one) or len(two) or one.text or two.text)
            and one.tail
        ):
            one.text, one.tail = one.tail, two.tail
            one.set("class", names.replace("m", "b"))
            element.remove(two)
        place += 1


def _merge(element: ET.Element) -> None:
    """Let a fraction, an accent or a pair of indices be the stack itself."""
    _drop_strut(element)
    children = list(element)
    for place, child in enumerate(children):
        classes = _classes(child)
        if len(child) != 1 or child.text or child[0].tail or child.get("style"):
            continue
        stack = child[0]
        if _classes(stack) != ["k"]:
            continue
        if classes in (["mfrac"], ["accent"], ["op-limits"]):
            names = ["k", "c"]
        elif classes == ["msupsub"]:
            names = ["k", "l"]
        else:
            continue
        stack.set("class", " ".join(names))
        stack.tail = child.tail
        element[place] = stack
        if classes == ["mfrac"]:
            _drop_null_delimiters(element, stack)


def _part(element: ET.Element) -> None:
    """Set a wide space, TeX's qquad, apart: on a phone a line ends there."""
    for place, base in reversed(list(enumerate(element))):
        if base.attrib != {"class": "base"}:
            continue
        strut = [child for child in base[:1] if _classes(child) == ["strut"]]
        for at in [n for n, child in enumerate(base) if child.attrib == WIDE][::-1]:
            rest = ET.Element("span", {"class": "base"})
            rest.extend(ET.Element("span", one.attrib) for one in strut)
            _add_text(rest, len(rest), base[at].tail)
            rest.extend(base[at + 1 :])
            base[at:] = []
            element[place + 1 : place + 1] = [ET.Element("span", {"class": "far"}), rest]


def _lead(element: ET.Element) -> None:
    """Let a step of a derivation not leave its sign of equality alone on a narrow screen's line."""
    if len(element) < 2 or any(child.attrib != {"class": "base"} for child in element[:2]):
        return
    sign, rest = element[0], element[1]
    if sign.text and [child.attrib for child in sign] == [{"class": "m2778"}] and not sign[0].text:
        sign[0].tail = rest.text
        rest.text = sign.text
        rest.insert(0, sign[0])
        element.remove(sign)


def _opened(element: ET.Element) -> int:
    """Return how many brackets `element` opens and does not close."""
    # the box of a bracket with an exponent has the name of the bracket, too
    for name, step in (("mopen", 1), ("mclose", -1)):
        if name in _classes(element):
            return step
    return sum(map(_opened, element))


def _hold(element: ET.Element, opened: dict[ET.Element, int]) -> None:
    """Put the parts from a bracket to its partner, or a short formula, into a box of their own.

    KaTeX ends a part after every relation and operator, and a line may break there. The box moves
    to the next line as a whole; only one that is wider than the line breaks inside.
    """
    short = len("".join(element.itertext())) <= SHORT
    bases = list(element)
    depth, held = 0, None
    for base in bases:
        depth = max(0, depth + opened.get(base, 0))
        inside = short or depth > 0
        if held is None and inside and base is not bases[-1]:
            held = ET.Element("span", {"class": "g"})
            element.insert(list(element).index(base), held)
        if held is not None:
            element.remove(base)
            held.append(base)
        if not inside:
            held = None


def _drop_null_delimiters(element: ET.Element, fraction: ET.Element) -> None:
    place = list(element).index(fraction)
    if not 0 < place < len(element) - 1 or fraction.tail:
        return
    before, after = element[place - 1], element[place + 1]
    if before.tail or any(e.attrib != {"class": "nulldelimiter"} for e in (before, after)):
        return
    fraction.set("class", "k c n")
    fraction.tail = after.tail
    element.remove(before)
    element.remove(after)


def _drop_strut(element: ET.Element) -> None:
    """Drop the strut of a line that is as tall without it."""
    if "base" not in _classes(element) or not len(element):
        return
    strut = element[0]
    if _classes(strut) != ["strut"] or element.text:
        return
    style = _style(strut)
    height = _ems(style.get("height", ""))
    depth = _ems(style.get("vertical-align", "0em"))
    if height is None or depth is None:
        return
    above, below = _reach(element)
    if height + depth <= above + 1e-3 and -depth <= below + 1e-3:
        element.text = strut.tail
        element.remove(strut)
    elif height + depth <= above + 1e-3:
        # one that hangs down alone
        _write(strut, ["strut"], {"height": "0", "vertical-align": f"{_em(depth)}"})


def _reach(element: ET.Element) -> tuple[float, float]:
    """Return how far letters and stacks that stand on this line reach above and below it."""
    above, below = LINE
    for child in element:
        style, classes = _style(child), _classes(child)
        if "k" in classes:
            margin, height = _ems(style.get("margin-top", "")), _ems(style.get("height", ""))
            if margin is not None and height is not None and "vertical-align" not in style:
                above, below = max(above, REACH + margin), max(below, height - REACH)
        elif child.tag == "span" and not style and set(classes) <= {"msupsub", "accent", "mfrac"}:
            inner = _reach(child)
            above, below = max(above, inner[0]), max(below, inner[1])
    return above, below
