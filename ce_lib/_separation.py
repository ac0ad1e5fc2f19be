"""Whether a hyperplane separates the classes, so that the likelihood has no maximum.

The margin of a sample is its score with the sign that is positive on the right side. The likelihood
has no maximum if some direction in the space of weights makes no margin negative and at least one
positive: *complete* separation if all are positive, *quasi-complete* if some are zero, for samples
that lie on the separating hyperplane itself (A. Albert and J. A. Anderson, Biometrika 71, 1984).

A solver that runs along such a direction shows it: margins off the hyperplane have grown, those on
it have not. So the direction is guessed from where the solver stopped, and then *checked*: nobody
is warned without a direction in hand. A solver that stopped too early shows nothing, so no warning
is no proof that a maximum exists.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ce_lib._validation import Array

COMPLETE, QUASI_COMPLETE = "complete", "quasi-complete"

# Margins are log-odds. Along a separating direction those off the hyperplane have grown large while
# those on it have not: sorted, they have a gap there, among the first ones of at least this width.
_GAP = 2.0
_GAPS_TRIED = 8
_MOST_ENTRIES = 4_000_000  # of the rows on the hyperplane: 32 MB


def separation(
    weights: Array, margins: Callable[[Array], Array], rows: Callable[[Array], Array]
) -> str | None:
    """How the data are separated, as far as ``weights``, where a solver stopped, can show.

    Args:
        weights: all parameters, shape (k,).
        margins: the margins of all samples, shape (m,), as a linear function of the weights.
        rows: for indices of margins, shape (t,), the rows (t, k) whose products with the weights
            they are.

    Returns:
        "complete", "quasi-complete", or None.
    """
    found = margins(weights)
    if np.all(found > 0):
        return COMPLETE
    order = np.argsort(found)
    least = found[order]
    for k in np.flatnonzero((np.diff(least) >= _GAP) & (least[1:] > 0))[:_GAPS_TRIED]:
        tied = order[: k + 1]
        if len(tied) * weights.size > _MOST_ENTRIES:
            break
        if _is_quasi(weights, margins, rows(tied), tied):
            return QUASI_COMPLETE
    return None


def _is_quasi(
    weights: Array, margins: Callable[[Array], Array], on_plane: Array, tied: Array
) -> bool:
    """Whether the part of ``weights`` that leaves the tied margins at zero separates the rest."""
    coefficients = np.linalg.lstsq(on_plane.T, weights, rcond=None)[0]
    direction = weights - on_plane.T @ coefficients
    length = float(np.linalg.norm(direction))
    if length <= 1e-6 * float(np.linalg.norm(weights)):
        return False
    moved = margins(direction / length)
    largest = float(np.abs(moved).max())
    rest = np.delete(moved, tied)
    return bool(np.all(np.abs(moved[tied]) <= 1e-10 * largest) and np.all(rest > 1e-6 * largest))
