"""Cut the fonts to what a page shows at first: `python -m ce_lib.site.fonts` writes them anew.

Each full font stays in the book, under the same name: the browser fetches it for a page that has
a character outside of the cut, so an author may write any. The cuts and their style sheet lie in
`book/_vendor/core/` and are committed. Needs `pip install brotli`; the build does not.
"""

from __future__ import annotations

import argparse
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["CORE", "Cut", "css_of", "main"]

_LETTERS = string.ascii_letters
_ASCII = "".join(map(chr, range(32, 127)))
_GREEK = "αβγδεζηθικλμνξπρστυφχψωϕϵϑϱς"
_CAPITALS = "ΓΔΘΛΞΠΣΦΨΩ"
_TEXT = _ASCII + "\u00a0°±²³·¹½×§©ÄÇÉÖÜßäçèéñöü–—‘’“”…↑↓−€•\u200b"


@dataclass(frozen=True)
class Cut:
    """A font cut to `characters`, shown as `family` wherever these occur."""

    name: str
    family: str
    source: str  # below book/_vendor, or a font that comes with matplotlib
    characters: str
    weight: str = "400"
    style: str = "normal"
    axes: tuple[float, float] | float | None = None  # of a variable font: what stays of `wght`


CORE = (
    Cut(
        "KaTeX_Main-Regular",
        "KaTeX_Main",
        "katex/fonts/KaTeX_Main-Regular.woff2",
        _ASCII + _CAPITALS + "\u00a0°±·×÷′…‘’“”–—∣∥∼≈≃≅≤≥≠≡⊗⊕⊤⊥⋅⟨⟩⟹⟸⟺→←↔↦⇒⇔∂∇∈∉∋∑∏−∗∘√"
        "∝∞∠ℓ∀∃¬∧∨∪∩⊂⊆∖△†⋮⋯⋱ℜℑ≪≫⌊⌋⌈⌉\u200b\ue020",
    ),
    Cut(
        "KaTeX_Math-Italic",
        "KaTeX_Math",
        "katex/fonts/KaTeX_Math-Italic.woff2",
        _LETTERS + _GREEK + _CAPITALS,
        style="italic",
    ),
    Cut(
        "KaTeX_Main-Bold",
        "KaTeX_Main",
        "katex/fonts/KaTeX_Main-Bold.woff2",
        _LETTERS + string.digits,
        weight="700",
    ),
    Cut(
        "KaTeX_AMS-Regular",
        "KaTeX_AMS",
        "katex/fonts/KaTeX_AMS-Regular.woff2",
        string.ascii_uppercase + "⊈≜□",
    ),
    Cut(
        "KaTeX_Size1-Regular",
        "KaTeX_Size1",
        "katex/fonts/KaTeX_Size1-Regular.woff2",
        "()[]{}∏∑∫∣√",
    ),
    Cut(
        "KaTeX_Size2-Regular",
        "KaTeX_Size2",
        "katex/fonts/KaTeX_Size2-Regular.woff2",
        "()[]{}∏∑∫√⌊⌋⟨⟩",
    ),
    Cut(
        "KaTeX_Size3-Regular",
        "KaTeX_Size3",
        "katex/fonts/KaTeX_Size3-Regular.woff2",
        "()[]{}√",
    ),
    Cut(
        "KaTeX_Size4-Regular",
        "KaTeX_Size4",
        "katex/fonts/KaTeX_Size4-Regular.woff2",
        "()[]{}√⎧⎨⎩⎪⎛⎝⎞⎠⎜⎟",
    ),
    Cut(
        "source-serif-4",
        "Source Serif 4",
        "source-serif-4/source-serif-4-latin-wght-normal.woff2",
        _TEXT,
        weight="200 900",
        axes=(400, 700),
    ),
    Cut(
        "source-serif-4-italic",
        "Source Serif 4",
        "source-serif-4/source-serif-4-latin-wght-italic.woff2",
        _TEXT,
        weight="200 900",
        style="italic",
        axes=400,
    ),
    # The letters of the figures, which matplotlib has placed by this font's widths.
    Cut(
        "dejavu-sans",
        "Course Figures",
        "DejaVuSans.ttf",
        _ASCII + _GREEK + _CAPITALS + "−–—×·°±≤≥≈≠∞→←↑↓′″‖…¹²³⁰⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄ₖᵢ∑∏∂∇√∈½’‘“”éŷ",
    ),
)


def _source(cut: Cut, vendor: Path) -> Path:
    if "/" in cut.source:
        return vendor / cut.source
    import matplotlib

    return Path(matplotlib.get_data_path(), "fonts", "ttf", cut.source)


def _cut(cut: Cut, vendor: Path, target: Path) -> set[int]:
    """Write the cut font to `target` and return the code points that it has."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font: Any = TTFont(_source(cut, vendor), lazy=False)
    if cut.axes is not None:
        font = instancer.instantiateVariableFont(font, {"wght": cut.axes})
    options = subset.Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["kern", "liga", "mark"]
    # Its own name belongs to the whole font: only copyright and licence stay.
    options.name_IDs = [0, 13, 14]
    options.drop_tables += ["FFTM"]
    options.with_zopfli = False
    cutter = subset.Subsetter(options)
    cutter.populate(text=cut.characters.replace("\u200b", ""))
    cutter.subset(font)
    font.flavor = "woff2"
    font["head"].modified = font["head"].created  # the same cut is the same file
    font.recalcTimestamp = False
    font.save(target)
    return set(font.getBestCmap())


def _points(font: Path) -> set[int]:
    from fontTools.ttLib import TTFont

    with TTFont(font) as opened:
        return set(opened.getBestCmap())


def css_of(cut: Cut, points: set[int], file: str = "") -> str:
    """Return the `@font-face` that shows the cut, or the `file`, for the code points `points`."""
    return (
        f'@font-face {{\n  font-family: "{cut.family}";\n'
        f'  src: url("{file or cut.name + ".woff2"}") format("woff2");\n'
        f"  font-weight: {cut.weight};\n  font-style: {cut.style};\n"
        f"  font-display: swap;\n"
        f"  unicode-range: {_ranges(points)};\n}}\n"
    )


def _ranges(points: set[int]) -> str:
    runs: list[list[int]] = []
    for point in sorted(points):
        if runs and point == runs[-1][1] + 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return ", ".join(
        f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in runs
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m ce_lib.site.fonts",
        description=(__doc__ or "").split("\n", maxsplit=1)[0],
        epilog="example: python -m ce_lib.site.fonts --book book",
    )
    parser.add_argument("--book", type=Path, default=Path("book"), help="default: ./book")
    vendor = parser.parse_args().book / "_vendor"
    folder = vendor / "core"
    folder.mkdir(parents=True, exist_ok=True)
    css = "/* Written by `python -m ce_lib.site.fonts`. */\n"
    for cut in CORE:
        target = folder / f"{cut.name}.woff2"
        points = _cut(cut, vendor, target)
        # KaTeX's own sheet has its whole fonts.
        if "/" in cut.source and not cut.source.startswith("katex/"):
            # Only for what the cut lacks: while a font is on its way, some browsers look for its
            # signs in the next one of that name.
            css += css_of(cut, _points(vendor / cut.source) - points, f"../{cut.source}")
        # What has no width needs no shape, and must not make a browser look in the whole font.
        css += css_of(cut, points | ({0x200B} & set(map(ord, cut.characters))))
        print(f"{target.stat().st_size:7d} bytes  {target.name}")
    (folder / "core.css").write_text(css, encoding="utf-8")


if __name__ == "__main__":
    main()
