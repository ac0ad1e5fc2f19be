"""What figures of vectors are drawn with: arrows, angles, and numbers with a real minus sign."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from .style import COLOURS

__all__ = ["arc", "arrow", "number", "right_angle"]


def arrow(
    axes: Axes, tip: Any, tail: Any = (0, 0), colour: str = "blue", dashes: str = "-"
) -> None:
    axes.annotate(
        "", xy=tuple(tip), xytext=tuple(tail),
        arrowprops={
            "arrowstyle": "-|>", "color": COLOURS[colour], "linewidth": 2, "linestyle": dashes,
            "shrinkA": 0, "shrinkB": 0, "mutation_scale": 14,
        },
    )  # fmt: skip


def right_angle(axes: Axes, corner: Any, along: Any, across: Any, size: float) -> None:
    """The small square that says: 90 degrees."""
    corner = np.asarray(corner, dtype=float)
    a = size * np.asarray(along) / np.hypot(*along)
    b = size * np.asarray(across) / np.hypot(*across)
    axes.plot(*np.transpose([corner + a, corner + a + b, corner + b]), "-",
              color=COLOURS["grey"], linewidth=1)  # fmt: skip


def arc(axes: Axes, radius: float, start: float, stop: float) -> None:
    """An arc round the origin between two angles in radians."""
    turn = np.linspace(start, stop, 50)
    axes.plot(radius * np.cos(turn), radius * np.sin(turn), "-",
              color=COLOURS["grey"], linewidth=1.2)  # fmt: skip


def number(value: float) -> str:
    """A number with a minus sign instead of a hyphen."""
    return f"{value:g}".replace("-", "−")
