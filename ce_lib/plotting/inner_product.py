"""The figures of the chapter on the inner product."""

from __future__ import annotations

from fractions import Fraction
from math import atan2
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ce_lib.datasets import load_digits
from ce_lib.vectors import angle, cosine_similarity, inner, norm, plane_basis, project

from .geometry import arc, arrow, number, right_angle
from .style import COLOURS, new_figure, styled

__all__ = [
    "angle_errors",
    "cosine_of_the_angle",
    "cosines_of_random_pairs",
    "digits_in_their_planes",
    "level_lines",
    "shadow",
    "three_digits",
    "triangle",
]

QUERY, BRIGHT, SAME = 2, 818, 57
"""Rows of `load_digits`: a 2, the image with the largest inner product with it (a bright 1), and
the image at the smallest angle to it (another 2)."""


@styled
def three_digits() -> Figure:
    """Which of (a) and (b) shows the same digit as the first image?"""
    X = load_digits().X
    figure, axes = new_figure(3, figsize=(5.2, 2.1))
    for panel, row, title in zip(
        axes, (QUERY, BRIGHT, SAME), ("this image", "(a)", "(b)"), strict=True
    ):
        # 64 pixels, and not as many as the screen shows: a tenth of the bytes
        panel.imshow(X[row].reshape(8, 8), cmap="gray_r", vmin=0, vmax=16, interpolation="none")
        panel.set(title=title, xticks=[], yticks=[])
        panel.grid(False)
        panel.spines[["top", "right"]].set_visible(True)
    return figure


@styled
def level_lines() -> Figure:
    """Lines of equal w·x for w = (2, 1): equally spaced, and values add as vectors do."""
    w = np.array([2.0, 1.0])
    u, v = np.array([0.0, 1.0]), np.array([1.5, -1.0])
    grid = np.array([-2.6, 3.6])
    figure, axes = new_figure(figsize=(4.6, 4.0))
    for level in range(-3, 7):
        axes.plot((level - w[1] * grid) / w[0], grid, "-", color=COLOURS["grey"],
                  linewidth=1.8 if level == 0 else 0.8)  # fmt: skip
        if level >= -1:  # the others leave the figure at its left edge
            axes.text((level - w[1] * 2.75) / w[0], 2.8, number(level), ha="center",
                      va="bottom", color=COLOURS["grey"])  # fmt: skip
    arrow(axes, w, colour="vermilion")
    axes.text(w[0] + 0.1, w[1], "w", color=COLOURS["vermilion"], va="center")
    for x, label, side in ((u, "u", "right"), (v, "v", "left"), (u + v, "u + v", "left"),
                           (2 * u, "2u", "right")):  # fmt: skip
        axes.plot(*x, "o", color=COLOURS["blue"])
        shift = -0.13 if side == "right" else 0.13
        axes.text(x[0] + shift, x[1], label, ha=side, va="center", color=COLOURS["blue"])
    axes.set(xlabel="x₀", ylabel="x₁", aspect="equal", xlim=(-2.2, 3.2), ylim=(-2.2, 2.75))
    axes.grid(False)
    return figure


@styled
def shadow(u: tuple[float, float] = (2.0, 3.0), v: tuple[float, float] = (4.0, 1.0)) -> Figure:
    """The part of u along v is its shadow; what is left stands at a right angle on v."""
    top, base = np.array(u), np.array(v)
    foot = project(top, base)
    figure, axes = new_figure(figsize=(4.6, 3.6))
    axes.plot([-0.4 * base[0], 1.3 * base[0]], [-0.4 * base[1], 1.3 * base[1]], ":",
              color=COLOURS["grey"], linewidth=1)  # fmt: skip
    axes.plot(*np.transpose([[0, 0], foot]), "-", color=COLOURS["green"], linewidth=6, alpha=0.45)
    arrow(axes, base, colour="vermilion")
    arrow(axes, top)
    arrow(axes, top, foot, colour="purple", dashes="--")
    right_angle(axes, foot, base, top - foot, 0.22)
    axes.text(base[0] + 0.1, base[1] - 0.2, "v", color=COLOURS["vermilion"])
    axes.text(top[0] - 0.1, top[1] + 0.1, "u", color=COLOURS["blue"], ha="right")
    axes.text(foot[0] * 0.55, foot[1] * 0.5 - 0.45, "shadow p", color=COLOURS["green"])
    axes.text(*((top + foot) / 2 + [0.12, 0.1]), "u − p", color=COLOURS["purple"])
    axes.set(xlabel="x₀", ylabel="x₁", aspect="equal", xlim=(-1, 5.4), ylim=(-0.6, 3.6))
    return figure


@styled
def triangle() -> Figure:
    """The triangle with the sides u, v and u - v, and the angle that we want between u and v."""
    u, v = np.array([1.6, 2.4]), np.array([4.0, 0.7])
    figure, axes = new_figure(figsize=(4.6, 3.1))
    arrow(axes, u)
    arrow(axes, v, colour="vermilion")
    arrow(axes, u, v, colour="purple", dashes="--")
    arc(axes, 0.7, np.arctan2(v[1], v[0]), np.arctan2(u[1], u[0]))
    axes.text(0.72, 0.5, "φ", fontsize=13)
    axes.text(*(u / 2 + [-0.15, 0.1]), "u", color=COLOURS["blue"], ha="right")
    axes.text(*(v / 2 + [0.0, -0.3]), "v", color=COLOURS["vermilion"])
    axes.text(*((u + v) / 2 + [0.1, 0.15]), "u − v", color=COLOURS["purple"])
    axes.set(aspect="equal", xlim=(-0.2, 4.3), ylim=(-0.3, 2.7))
    axes.axis("off")
    return figure


@styled
def cosines_of_random_pairs(pairs: int = 40_000) -> Figure:
    """u·v/(‖u‖‖v‖) of random pairs in 2, 3 and 64 dimensions: never outside [-1, 1]."""
    rng = np.random.default_rng(1)
    edges = np.linspace(-1.5, 1.5, 61)
    figure, axes = new_figure()
    for dimension, dashes, colour in (
        (2, "-", "blue"),
        (3, "--", "vermilion"),
        (64, "-.", "green"),
    ):
        u, v = rng.normal(size=(2, pairs, dimension))
        quotients = np.sum(u * v, axis=1) / np.sqrt(np.sum(u * u, axis=1) * np.sum(v * v, axis=1))
        share, _ = np.histogram(quotients, edges)
        axes.stairs(100 * share / pairs, edges, label=f"d = {dimension}", linewidth=2,
                    linestyle=dashes, color=COLOURS[colour])  # fmt: skip
    axes.set(xlabel="u·v / (‖u‖ ‖v‖)", ylabel="per cent of pairs", xticks=[-1, -0.5, 0, 0.5, 1])
    axes.legend()
    return figure


@styled
def digits_in_their_planes() -> Figure:
    """Two pairs of images from 64 dimensions, each drawn in the plane that the pair spans."""
    X = load_digits().X
    figure, axes = new_figure(rows=2, figsize=(5.2, 4.6), sharex=True)
    for panel, row, name in zip(axes, (BRIGHT, SAME), "ab", strict=True):
        first, second = plane_basis(X[QUERY], X[row])
        query = norm(X[QUERY])
        other = np.array([inner(X[row], first), inner(X[row], second)])
        turn = angle(X[QUERY], X[row])
        panel.plot([0, 80], [0, 0], ":", color=COLOURS["grey"], linewidth=1)
        panel.plot(
            [other[0], other[0]], [0, other[1]], "--", color=COLOURS["purple"], linewidth=1.5
        )
        right_angle(panel, (other[0], 0), (-1, 0), (0, 1), 2.5)
        arrow(panel, (query, 0))
        arrow(panel, other, colour="vermilion")
        panel.plot(other[0], 0, "o", color=COLOURS["purple"])
        arc(panel, 20, 0, turn)
        panel.text(21, 20 * np.sin(turn / 2), f"{np.degrees(turn):.1f}°", va="center")
        panel.text(other[0] + 1, other[1] + 1, f"({name})", color=COLOURS["vermilion"])
        panel.text(query * 0.6, -2, "this image", color=COLOURS["blue"], va="top")
        panel.set(aspect="equal", xlim=(-2, 80), ylim=(-10, 42), yticks=[0, 20, 40])
        panel.grid(False)
    axes[1].set(xlabel="coordinate along the first image")
    return figure


@styled
def cosine_of_the_angle() -> Figure:
    """The inner product of two unit vectors against their angle: from 1 over 0 down to -1."""
    degrees = np.linspace(0, 180, 361)
    marks = np.array([0, 60, 90, 120, 180])
    figure, axes = new_figure()
    axes.plot(degrees, np.cos(np.radians(degrees)))
    axes.plot(marks, np.cos(np.radians(marks)), "o", color=COLOURS["vermilion"])
    axes.axhline(0, color=COLOURS["grey"], linewidth=1)
    axes.text(8, 1.03, "the same direction", va="bottom")
    axes.text(97, 0.05, "at a right angle", va="bottom")
    axes.text(172, -1.05, "opposite", ha="right", va="top")
    axes.set(xlabel="angle in degrees", ylabel="u·v", xticks=range(0, 181, 30), ylim=(-1.3, 1.3),
             yticks=[-1, -0.5, 0, 0.5, 1])  # fmt: skip
    return figure


@styled
def angle_errors() -> Figure:
    """Relative error of arccos of the cosine, and of `angle`, for ever smaller true angles."""
    aim = np.logspace(-12, 0, 49)
    u = np.array([3.0, 4.0])
    v = np.stack([3 * np.cos(aim) - 4 * np.sin(aim), 4 * np.cos(aim) + 3 * np.sin(aim)], axis=-1)
    # The entries of v are rounded, so what they make is not quite the angle that was aimed at.
    true = np.array([_exact_angle(u, each) for each in v])
    naive = np.arccos(cosine_similarity(u, v))
    figure, axes = new_figure()
    for value, style, label in ((naive, ".", "arccos of the quotient"),
                                (angle(u, v), "x", "ce.angle")):  # fmt: skip
        error = np.abs(value - true) / true
        axes.loglog(true, np.maximum(error, 1e-17), style, markersize=5, label=label)
    axes.set(xlabel="true angle in radians", ylabel="relative error", ylim=(1e-17, 100))
    axes.legend()
    return figure


def _exact_angle(u: Any, v: Any) -> float:
    """The angle of two vectors in the plane, rounded only at the end."""
    u0, u1, v0, v1 = (Fraction(float(entry)) for entry in (*u, *v))
    return atan2(float(u0 * v1 - u1 * v0), float(u0 * v0 + u1 * v1))
