"""Fit few cubic curves to the many points of a smooth line.

After Schneider, "An algorithm for automatically fitting digitized curves", Graphics Gems (1990):
a cubic through the ends with the tangents there, fitted by least squares; where it strays, the
points are cut in two. Lines with corners are cut at the corners first.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["fit"]

Points = NDArray[np.float64]

# A line that turns by more than this from one step to the next has a corner there.
_CORNER = math.cos(math.radians(25))


def fit(points: Points, tolerance: float) -> list[Points] | None:
    """Return cubic curves, each of shape (4, 2), that pass `points` within `tolerance`.

    Parameters
    ----------
    points
        Shape (n, 2), float64, in order along the line.
    tolerance
        The largest distance of a point from the curve, in the points' unit.

    Returns
    -------
    list of arrays, or None
        None where it takes more than a third as many curves as points: such a line is not smooth.
    """
    steps = np.diff(points, axis=0)
    points = points[np.r_[True, np.hypot(*steps.T) > 1e-9]]
    if len(points) < 8:
        return None
    steps = np.diff(points, axis=0)
    steps /= np.hypot(*steps.T)[:, None]
    turns = (steps[1:] * steps[:-1]).sum(axis=1)
    corners = [0, *(np.flatnonzero(turns < _CORNER) + 1).tolist(), len(points) - 1]
    curves: list[Points] = []
    for first, last in itertools.pairwise(corners):
        curves += _pieces(points[first : last + 1], tolerance)
        if 3 * len(curves) > len(points):
            return None
    return curves


def _pieces(points: Points, tolerance: float) -> list[Points]:
    if len(points) == 2:
        third = (points[1] - points[0]) / 3
        return [np.array([points[0], points[0] + third, points[1] - third, points[1]])]
    places = np.r_[0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))]
    places /= places[-1]
    starts, ends = _tangent(points), _tangent(points[::-1])
    worst = len(points) // 2
    for _ in range(6):
        curve = _one(points, places, starts, ends)
        gaps = np.hypot(*(_at(curve, places) - points).T)
        worst = int(np.clip(gaps.argmax(), 1, len(points) - 2))
        if gaps.max() <= tolerance:
            return [curve]
        places = _nearer(curve, points, places)
    return _pieces(points[: worst + 1], tolerance) + _pieces(points[worst:], tolerance)


def _tangent(points: Points) -> Points:
    # of the circle through the first three points
    one, two = points[1] - points[0], points[2] - points[1]
    a, b = math.hypot(*one), math.hypot(*two)
    tangent = one / a * (1 + a / (a + b)) - two / b * (a / (a + b))
    return np.asarray(tangent / np.hypot(*tangent))


def _weights(places: Points) -> Points:
    t = places[:, None]
    return np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])


def _at(curve: Points, places: Points) -> Points:
    return np.asarray(_weights(places) @ curve)


def _one(points: Points, places: Points, starts: Points, ends: Points) -> Points:
    weights = _weights(places)
    a = weights[:, 1, None] * starts
    b = weights[:, 2, None] * ends
    rest = points - (weights[:, :2].sum(axis=1)[:, None] * points[0])
    rest = rest - weights[:, 2:].sum(axis=1)[:, None] * points[-1]
    columns = np.stack([a.ravel(), b.ravel()], axis=1)
    lengths = np.linalg.lstsq(columns, rest.ravel(), rcond=None)[0]
    chord = math.hypot(*(points[-1] - points[0]))
    if lengths.min() < 1e-3 * chord:
        lengths = np.array([chord / 3, chord / 3])
    return np.array(
        [points[0], points[0] + lengths[0] * starts, points[-1] + lengths[1] * ends, points[-1]]
    )


def _nearer(curve: Points, points: Points, places: Points) -> Points:
    """Return places on the curve nearer to the points, by one step of Newton's method."""
    first = 3 * np.diff(curve, axis=0)
    second = 2 * np.diff(first, axis=0)
    t = places[:, None]
    speed = (1 - t) ** 2 * first[0] + 2 * t * (1 - t) * first[1] + t**2 * first[2]
    turn = (1 - t) * second[0] + t * second[1]
    away = _at(curve, places) - points
    slope = (speed**2).sum(axis=1) + (away * turn).sum(axis=1)
    step = np.where(np.abs(slope) > 1e-12, (away * speed).sum(axis=1) / slope, 0.0)
    return np.asarray(np.maximum.accumulate(np.clip(places - step, 0.0, 1.0)))
