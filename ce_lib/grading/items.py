"""Item analysis: how hard each graded cell was, and whether it tells strong from weak.

The classical measures of a test's items, for points as well as for right and wrong. What is not
judged yet is nan and left out, never counted as zero. What is not defined is None: a correlation
with something that does not vary is no number.

References
----------
T. L. Kelley, "The selection of upper and lower groups for the validation of test items", Journal
of Educational Psychology 30 (1939): why 27%. R. L. Ebel and D. A. Frisbie, Essentials of
Educational Measurement, 5th ed. (1991), ch. 13: how to read the numbers. L. J. Cronbach,
"Coefficient alpha and the internal structure of tests", Psychometrika 16 (1951).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Item", "analyse", "cronbach_alpha", "item_rest_correlation", "upper_lower_index"]

#: Share of a class in each of the two groups that the discrimination index compares.
GROUP = 0.27

#: Points are sums of decimal fractions: what differs by less does not differ.
EQUAL = 1e-9


@dataclass(frozen=True)
class Item:
    """One item of a test; None is what these scores do not define."""

    judged: int  # students whose answer is judged
    full: int  # of them, how many have all its points
    difficulty: float | None  # mean share of its points: 1 is easy, 0 is hard
    correlation: float | None  # with the points of the other items, -1 to 1
    index: float | None  # its difficulty in the best 27% less that in the weakest 27%


def analyse(scores: ArrayLike, points: ArrayLike) -> list[Item]:
    """Analyse each item of a test.

    Parameters
    ----------
    scores : array of shape (n, k)
        Points of n students in k items; nan where an answer is not judged.
    points : array of shape (k,)
        What each item is worth, above 0.

    Raises
    ------
    ValueError
        If the shapes do not fit, or an item is worth nothing.
    """
    table, worth = np.asarray(scores, dtype=float), np.asarray(points, dtype=float)
    if table.ndim != 2 or worth.shape != table.shape[1:]:
        raise ValueError(
            f"scores must be (students, items) and points (items,), "
            f"got shapes {table.shape} and {worth.shape}"
        )
    if not (worth > 0).all():
        raise ValueError("points must be above 0: an item that is worth nothing has no difficulty")
    judged = ~np.isnan(table)
    # only items that all have been judged in make totals that can be compared
    common = judged.all(axis=0) if len(table) else np.zeros(len(worth), dtype=bool)
    total = table[:, common].sum(axis=1)
    items = []
    for column, most in enumerate(worth):
        there = judged[:, column]
        own = table[there, column]
        whole = total[there]
        rest = whole - own if common[column] else whole
        items.append(
            Item(
                judged=int(there.sum()),
                full=int((own >= most - EQUAL).sum()),
                difficulty=float(own.mean() / most) if len(own) else None,
                correlation=item_rest_correlation(own, rest),
                index=upper_lower_index(own / most, whole),
            )
        )
    return items


def item_rest_correlation(item: ArrayLike, rest: ArrayLike) -> float | None:
    """Pearson's correlation of an item with the other items' points, of shape (n,) each.

    For an item that is right or wrong it is the corrected point-biserial correlation. None if one
    of the two does not vary.
    """
    x, y = np.asarray(item, dtype=float), np.asarray(rest, dtype=float)
    if len(x) < 2 or not _varies(x) or not _varies(y):
        return None
    x, y = x - x.mean(), y - y.mean()
    return float(np.clip(x @ y / math.sqrt((x @ x) * (y @ y)), -1, 1))


def upper_lower_index(item: ArrayLike, total: ArrayLike, share: float = GROUP) -> float | None:
    """The mean of an item in the upper group less that in the lower one.

    Each group has ``share`` of the students, rounded, at least one. Students with the same total
    share the places of a group that are left for them, so the order of the class does not matter.
    None if all totals are equal: then there is no upper and no lower group.
    """
    values, totals = np.asarray(item, dtype=float), np.asarray(total, dtype=float)
    if len(values) < 2 or not _varies(totals):
        return None
    size = max(1, math.floor(share * len(values) + 0.5))
    return _top(values, totals, size) - _top(values, -totals, size)


def cronbach_alpha(scores: ArrayLike) -> float | None:
    """Cronbach's alpha of the items that all students are judged in, from scores of shape (n, k).

    None for fewer than two students or items, or if all totals are equal.
    """
    table = np.asarray(scores, dtype=float)
    if table.ndim != 2:
        raise ValueError(f"scores must be (students, items), got shape {table.shape}")
    if len(table) < 2:
        return None
    table = table[:, ~np.isnan(table).any(axis=0)]
    k = table.shape[1]
    total = table.sum(axis=1)
    if k < 2 or not _varies(total):
        return None
    return float(k / (k - 1) * (1 - table.var(axis=0, ddof=1).sum() / total.var(ddof=1)))


def _top(values: NDArray[np.float64], totals: NDArray[np.float64], size: int) -> float:
    """The mean value of the ``size`` highest totals; ties share the last places."""
    last = np.sort(totals)[-size]
    above, tied = totals > last + EQUAL, np.abs(totals - last) <= EQUAL
    left = size - int(above.sum())
    return float((values[above].sum() + left * values[tied].mean()) / size)


def _varies(values: NDArray[np.float64]) -> bool:
    return bool(np.ptp(values) > EQUAL)
