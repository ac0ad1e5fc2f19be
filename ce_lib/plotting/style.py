"""The one figure style, for screen, print, grey and dark."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.figure import Figure

__all__ = ["COLOURS", "new_figure", "setup", "styled"]

P = ParamSpec("P")

COLOURS = {
    "blue": "#0072b2",
    "vermilion": "#d55e00",
    "green": "#009e73",
    "purple": "#cc79a7",
    "grey": "#767676",
}

STYLE: Any = {
    # on a phone the figure is scaled to some two thirds, and its type still has to be read
    "figure.figsize": (5.2, 3.1),
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "axes.prop_cycle": cycler(
        color=[COLOURS[name] for name in ("blue", "vermilion", "green", "purple")],
        linestyle=["-", "--", "-.", ":"],
    ),
    "lines.linewidth": 2,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#d9d9d9",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    # the page's own background shows through; letters are shapes, so no font can be missing
    "savefig.transparent": True,
    "svg.fonttype": "path",
    # the same figure is the same file
    "svg.hashsalt": "ce_lib",
}


def setup() -> None:
    """Show this notebook's figures as SVG in the course's style, and numbers without their type.

    Harmless elsewhere.
    """
    plt.rcParams.update(STYLE)
    with suppress(ImportError):
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg")
        if get_ipython() is not None:  # pragma: no cover  (in a notebook only)
            # 0.5, not np.float64(0.5)
            np.set_printoptions(legacy="1.25")


def new_figure(columns: int = 1, *, rows: int = 1, **options: Any) -> tuple[Figure, Any]:
    """A figure in the course's style with ``rows`` times ``columns`` axes.

    It is closed for pyplot at once: a notebook shows it as the value of its cell, and only there.

    Returns
    -------
    figure, axes
        As `matplotlib.pyplot.subplots` returns them.
    """
    figure, axes = plt.subplots(rows, columns, **options)
    plt.close(figure)
    return figure, axes


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a function draw its figure in the course's style, whatever the notebook's settings are.

    matplotlib reads its settings when a line or a legend is made, not when it is shown.
    """

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with plt.rc_context(STYLE):
            return draw(*args, **kwargs)

    return drawn
