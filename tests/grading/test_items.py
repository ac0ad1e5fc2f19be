"""Item analysis gives the numbers that others have published, and no number where there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ce_lib.grading.items import (
    analyse,
    cronbach_alpha,
    item_rest_correlation,
    upper_lower_index,
)

# Section 6 of the Law School Admission Test, 1,000 candidates, 5 items: how often each of the
# 32 patterns from 00000 to 11111 occurred. R. D. Bock and M. Lieberman, "Fitting a response model
# for n dichotomously scored items", Psychometrika 35 (1970), 179-197.
PATTERNS = [
    3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15,
    10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
]  # fmt: skip
# What the R package ltm, by D. Rizopoulos, prints for them: `descript(LSAT)`.
PUBLISHED = {
    "proportions": [0.924, 0.709, 0.553, 0.763, 0.870],
    "totals": [3, 20, 85, 237, 357, 298],
    "excluded": [0.1128, 0.1531, 0.1727, 0.1444, 0.1215],
    "alpha": 0.2950,
    "alpha without": [0.2754, 0.2376, 0.2168, 0.2459, 0.2663],
}

# "Item Analysis Worksheet", studylib.net/doc/25270846: ten students, ten questions, the upper and
# the lower five; with the answers that its key gives.
WORKSHEET = """
1111111111 1111111101 1101111100 0111110101 1110111001
1110110100 0110110101 0111001010 1110100001 0100010010
"""
KEY_DIFFICULTY = [0.6, 1.0, 0.8, 0.5, 0.8, 0.8, 0.5, 0.6, 0.3, 0.6]
KEY_DISCRIMINATION = [0.4, 0.0, 0.0, 0.6, 0.4, 0.4, 0.6, 0.4, -0.2, 0.4]


def law_school() -> np.ndarray:
    rows = [[int(bit) for bit in f"{pattern:05b}"] for pattern in range(32)]
    return np.repeat(rows, PATTERNS, axis=0).astype(float)


def worksheet() -> np.ndarray:
    return np.array([[float(mark) for mark in row] for row in WORKSHEET.split()])


def test_difficulty_and_corrected_correlation_as_published() -> None:
    scores = law_school()
    assert np.bincount(scores.sum(axis=1).astype(int)).tolist() == PUBLISHED["totals"]
    items = analyse(scores, np.ones(5))
    assert [item.difficulty for item in items] == pytest.approx(PUBLISHED["proportions"])
    # ltm's biserial.cor takes p(1 - p) for one variance and n - 1 for the other, as its help page
    # says, so that it prints sqrt((n - 1)/n) of the correlation
    shrunk = [item.correlation * math.sqrt(0.999) for item in items if item.correlation]
    assert shrunk == pytest.approx(PUBLISHED["excluded"], abs=5.1e-5)


def test_alpha_as_published() -> None:
    scores = law_school()
    assert cronbach_alpha(scores) == pytest.approx(PUBLISHED["alpha"], abs=5e-5)
    without = [cronbach_alpha(np.delete(scores, item, axis=1)) for item in range(5)]
    assert without == pytest.approx(PUBLISHED["alpha without"], abs=5e-5)


def test_upper_lower_index_as_published() -> None:
    scores = worksheet()
    total = scores.sum(axis=1)
    items = analyse(scores, np.ones(10))
    assert [item.difficulty for item in items] == pytest.approx(KEY_DIFFICULTY)
    halves = [upper_lower_index(column, total, share=0.5) for column in scores.T]
    assert halves == pytest.approx(KEY_DISCRIMINATION)


def test_27_per_cent_by_hand() -> None:
    # 27 % of 11 students are 2.97, so 3: the totals 10, 9, 8 against 2, 1, 0
    total = np.arange(11.0)
    item = np.array([0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 0.5])
    assert upper_lower_index(item, total) == pytest.approx(2.5 / 3 - 1 / 3)


def test_ties_share_the_last_places() -> None:
    # groups of 1 among 4; two tie for the top, and their mean is what the group has
    assert upper_lower_index([1, 0, 0, 0], [5, 5, 3, 0]) == pytest.approx(0.5)


@given(st.permutations(range(12)))
def test_the_order_of_the_class_does_not_matter(order: list[int]) -> None:
    total = np.array([0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5.0])
    item = np.array([0, 1, 0, 1, 0, 0, 1, 0.5, 1, 0, 1, 1])
    expected = upper_lower_index(item, total)
    assert upper_lower_index(item[order], total[order]) == pytest.approx(expected)


@given(arrays(float, (9, 4), elements=st.sampled_from([0.0, 0.33, 0.67, 1.0])))
def test_no_number_is_nan_and_all_are_in_range(scores: np.ndarray) -> None:
    for item in analyse(scores, np.ones(4)):
        assert item.difficulty is not None
        assert 0 <= item.difficulty <= 1
        for value in (item.correlation, item.index):
            assert value is None or -1 <= value <= 1
    alpha = cronbach_alpha(scores)
    assert alpha is None or alpha <= 1


def test_unequal_points_weigh_by_what_they_are_worth() -> None:
    scores = np.array([[4, 1], [2, 0], [0, 1.0]])
    first, second = analyse(scores, [4, 1])
    assert (first.difficulty, second.difficulty) == (0.5, pytest.approx(2 / 3))
    assert (first.full, second.full) == (1, 2)
    assert first.index == pytest.approx(1.0)


def test_what_waits_is_left_out_and_is_not_zero() -> None:
    scores = np.array([[1, 1, np.nan], [1, 0, 2], [0, 0, 1], [0, 1, np.nan]])
    items = analyse(scores, [1, 1, 2])
    assert (items[2].judged, items[2].difficulty) == (2, 0.75)
    # its rest is what all are judged in: 1 and 0 for the two students
    assert items[2].correlation == pytest.approx(1.0)
    assert items[0].correlation == item_rest_correlation(scores[:, 0], scores[:, 1])
    assert cronbach_alpha(scores) == cronbach_alpha(scores[:, :2])


@pytest.mark.parametrize(
    "scores",
    [
        np.empty((0, 3)),  # nobody
        np.ones((1, 3)),  # one student
        np.ones((5, 3)),  # all the same
        np.full((5, 3), np.nan),  # nothing judged
    ],
)
def test_undefined_is_none(scores: np.ndarray) -> None:
    items = analyse(scores, [1, 1, 1])
    assert [(item.correlation, item.index) for item in items] == [(None, None)] * 3
    assert cronbach_alpha(scores) is None


def test_points_that_differ_by_rounding_do_not_differ() -> None:
    tenths = np.array([[0.1 + 0.2, 1], [0.3, 1.0]])
    assert analyse(tenths, [1, 1])[0].correlation is None


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"got shapes \(3,\) and \(3,\)"):
        analyse(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match="above 0"):
        analyse(np.ones((2, 1)), [0])
    with pytest.raises(ValueError, match="got shape"):
        cronbach_alpha(np.ones(3))
