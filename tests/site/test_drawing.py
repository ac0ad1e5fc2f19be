"""Drawings are said in fewer words: lines joined, marks joined, curves fitted, looks shared."""

from __future__ import annotations

import io
import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from ce_lib.site.curves import fit
from ce_lib.site.drawing import LOOKS
from ce_lib.site.figures import inline_svg

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "book/_assets/course.css").read_text(encoding="utf-8")


def curve_points(curve: np.ndarray, count: int = 200) -> np.ndarray:
    t = np.linspace(0, 1, count)[:, None]
    weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3]
    return sum(w * p for w, p in zip(weights, curve, strict=True))


def distance(points: np.ndarray, curves: list[np.ndarray]) -> float:
    drawn = np.vstack([curve_points(curve) for curve in curves])
    return max(float(np.hypot(*(drawn - point).T).min()) for point in points)


X = np.linspace(0, 300, 150)
LINES = {
    "sigmoid": np.c_[X, 150 / (1 + np.exp(-(X - 150) / 20))],
    "circle": np.c_[100 * np.cos(X / 60), 100 * np.sin(X / 60)],
    "corner": np.c_[X, np.abs(X - 150)],
    "steep": np.c_[X, -60 * np.log((X + 1) / 301)],
}


@pytest.mark.parametrize("name", LINES)
def test_a_smooth_line_is_few_curves_that_pass_its_points(name):
    points = LINES[name]
    curves = fit(points, 0.06)
    assert curves is not None
    assert len(curves) <= 12
    # plus what the samples of the curve leave between them
    assert distance(points, curves) < 0.06 + 0.6
    assert np.array_equal(curves[0][0], points[0])
    assert np.array_equal(curves[-1][3], points[-1])
    for one, two in itertools.pairwise(curves):
        assert np.array_equal(one[3], two[0])


def test_a_corner_stays_a_corner():
    curves = fit(LINES["corner"], 0.06)
    ends = np.array([curve[3] for curve in curves])
    nearest = LINES["corner"][np.argmin(LINES["corner"][:, 1])]
    assert np.hypot(*(ends - nearest).T).min() < 3


def test_noise_stays_a_line_of_points():
    rng = np.random.default_rng(0)
    assert fit(np.c_[X, 20 * rng.standard_normal(len(X))], 0.06) is None
    assert fit(np.c_[X[:5], X[:5]], 0.06) is None


def drawn(plot) -> str:
    from matplotlib.figure import Figure

    from ce_lib.plotting.style import STYLE, plt

    with plt.rc_context(STYLE):
        figure = Figure()
        plot(figure.add_subplot())
        file = io.StringIO()
        figure.savefig(file, format="svg")
    return inline_svg(file.getvalue(), alt="a", prefix="fig0")


def test_a_cloud_is_one_path_with_a_mark_at_each_corner():
    rng = np.random.default_rng(1)
    points = rng.standard_normal((50, 2))
    svg = drawn(lambda axes: axes.scatter(*points.T, s=9))
    # the ticks of the axes are others
    paths = re.findall(r'<path d="([^"]*)"[^>]*marker-mid="url\(#([^)]+)\)"', svg)
    (name,) = (name for d, name in paths if len(re.findall(r"-?(?:\d+\.?\d*|\.\d+)", d)) >= 90)
    assert f'<marker id="{name}"' in svg
    assert 'overflow="visible"' in svg


def test_the_grid_of_an_axis_is_one_path():
    svg = drawn(lambda axes: axes.plot([0, 1], [0, 1]))
    assert len(re.findall(r'<path [^>]*class="fg"', svg)) == 2
    letters = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert letters.count("0.2") == 2


def test_the_clip_stays_where_something_is_cut_off():
    def plot(axes):
        axes.plot([0, 1], [0, 9])
        axes.set_ylim(0, 1)

    assert "clip-path" in drawn(plot)
    assert "clip-path" not in drawn(lambda axes: axes.plot([0, 1], [0, 1]))


@pytest.mark.parametrize("style", LOOKS)
def test_every_look_has_its_rule(style):
    rules = re.findall(r"\.figure-svg ([^{]*)\{([^}]*)\}", CSS)
    found = {}
    for selector, body in rules:
        if re.search(rf"\.{LOOKS[style]}\b", selector):
            for one in body.split(";"):
                key, _, value = one.partition(":")
                if value:
                    found[key.strip()] = value.strip()
    wanted = dict(one.split(":", 1) for one in style.split(";"))
    # said by the sheet without the colour that stands in where there is no sheet
    bare = {
        key: re.sub(r"var\((--[\w-]+), #\w+\)", r"var(\1)", value)
        .replace(",", ", ")
        .replace(",  ", ", ")
        for key, value in wanted.items()
        if (key, value) != ("stroke-dashoffset", "0")
    }
    assert {key: re.sub(r",\s*", ", ", value) for key, value in found.items()} == bare
