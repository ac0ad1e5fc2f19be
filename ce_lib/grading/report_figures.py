"""The plots of the class report, as SVG inside the page: no file beside it, right in the dark.

Each is as wide as a phone and grows with the page; its text alternative states what it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from .items import Item

__all__ = ["histogram", "item_chart"]

WIDTH = 340


def histogram(shares: Sequence[float]) -> str:
    """How many students have which share of the points: ten bars of 10% each."""
    counts, _ = np.histogram(np.asarray(shares), bins=np.linspace(0, 1, 11))
    most, height, bar = max(1, int(counts.max())), 120, (WIDTH - 36) / 10
    parts = []
    for place, count in enumerate(counts):
        x, tall = 18 + place * bar, height * int(count) / most
        parts.append(
            f'<rect class="bar" x="{x + 1.5:.1f}" y="{16 + height - tall:.1f}" '
            f'width="{bar - 3:.1f}" height="{tall:.1f}"/>'
        )
        if count:
            parts.append(_text(x + bar / 2, 12 + height - tall, str(count), "middle"))
    base = 16 + height
    parts.append(f'<line class="axis" x1="18" y1="{base}" x2="{WIDTH - 18}" y2="{base}"/>')
    for share in (0, 20, 40, 60, 80, 100):
        parts.append(_text(18 + share / 10 * bar, base + 14, f"{share}%", "middle"))
    fullest = int(counts.argmax())
    said = (
        f"Bar chart of the share of the points of {len(shares)} students. The most, {most}, lie "
        f"between {10 * fullest} and {10 * fullest + 10} per cent; {int(counts[:5].sum())} have "
        f"less than half and {int(counts[9])} at least nine tenths."
    )
    return _svg(parts, base + 20, said)


def item_chart(names: Sequence[str], items: Sequence[Item]) -> str:
    """Each item's difficulty as a bar and its discrimination as a dot, on two scales side by side.

    The right one goes from -1 to 1, with a line at 0.
    """
    left, right, wide, row = 6.0, 180.0, 150.0, 30
    middle, bottom = right + wide / 2, 18 + row * len(items)
    parts = [
        _text(left, 12, "difficulty: share earned", "start"),
        _text(right + wide, 12, "discrimination", "end"),
        f'<line class="axis" x1="{middle}" y1="18" x2="{middle}" y2="{bottom}"/>',
    ]
    for place, (name, item) in enumerate(zip(names, items, strict=True)):
        y = 18 + row * place
        parts.append(_text(left, y + 12, name, "start"))
        parts.append(
            f'<rect class="track" x="{left}" y="{y + 16}" width="{wide}" height="8"/>'
            f'<rect class="bar" x="{left}" y="{y + 16}" '
            f'width="{wide * min(1.0, item.difficulty or 0.0):.1f}" height="8"/>'
        )
        parts.append(
            f'<line class="track" x1="{right}" y1="{y + 20}" x2="{right + wide}" y2="{y + 20}"/>'
        )
        if item.correlation is not None:
            x = middle + wide / 2 * item.correlation
            mark = "dot" if item.correlation >= 0.2 else "dot low"
            parts.append(f'<circle class="{mark}" cx="{x:.1f}" cy="{y + 20}" r="4.5"/>')
    for value, x in (("−1", right), ("0", middle), ("1", right + wide)):
        parts.append(_text(x, bottom + 12, value, "middle"))
    known = [(item.difficulty, name) for name, item in zip(names, items, strict=True)]
    judged = sorted((share, name) for share, name in known if share is not None)
    said = "Chart of the difficulty and the discrimination of each item."
    if judged:
        said += (
            f" Hardest is {judged[0][1]}, where {judged[0][0]:.0%} of the points were earned, "
            f"easiest {judged[-1][1]} with {judged[-1][0]:.0%}."
        )
    weak = [
        name
        for name, item in zip(names, items, strict=True)
        if item.correlation is not None and item.correlation < 0.2
    ]
    said += f" Below 0.2 in discrimination: {', '.join(weak) or 'none'}."
    return _svg(parts, bottom + 18, said)


def _svg(parts: Sequence[str], height: float, said: str) -> str:
    inside = "\n".join(parts)
    return (
        f'<svg role="img" aria-label="{escape(said)}" viewBox="0 0 {WIDTH} {height:g}">\n'
        f"<title>{escape(said)}</title>\n{inside}\n</svg>\n"
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
