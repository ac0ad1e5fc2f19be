"""A check accepts what is right, in any style, and says in words what is wrong."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ce_lib.behaviour import FEW, close, copied, same_value
from ce_lib.checks import check, check_choice


def double(x: Any) -> Any:
    return 2 * np.asarray(x)


def test_a_right_function_earns_every_point(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(double).at([1, 2]).gives([2, 4]).has_shape((2,)).score(3) == 3.0
    assert "all 2 checks passed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "value", [[2.0, 4.0], (2, 4), np.array([2, 4]), np.array([2, 4], np.float32)]
)
def test_any_sequence_of_numbers_will_do(value: Any) -> None:
    assert check(lambda: value).at().gives([2, 4]).score(1) == 1.0


def test_points_are_the_share_of_the_checks_that_passed() -> None:
    checks = check(double).at(1).gives(2).at(2).gives(4).at(3).gives(7)
    assert checks.score(2) == pytest.approx(1.33)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda x: 3 * x, "expected [2, 4]"),
        (lambda x: None, "is the `return` missing?"),
        (lambda x: "six", "returned 'six'"),
        (lambda x: [[2, 4]], "of shape (1, 2)"),
        (lambda x: [2, np.nan], "returned [2, nan]"),
        (lambda x: [2, 4 + 1e-6], "furthest off at index [1]"),
        (lambda x: [2 + 0j, 4j], "expected numbers"),
        (lambda x: 1 / 0, "raised ZeroDivisionError"),
        (lambda x: sys.exit(), "raised SystemExit"),
        (lambda x: [[1], [2, 3]], "expected numbers"),
    ],
)
def test_what_is_wrong_is_said(wrong: Any, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    score = (
        check(wrong, "double").at(np.array([1.0, 2.0])).gives([2, 4], because="it is so").score(1)
    )
    out = capsys.readouterr().out
    assert score == 0
    assert "double([1, 2])" in out
    assert "why it matters: it is so" in out
    assert says in out


def test_nan_never_passes_for_a_number() -> None:
    assert check(lambda: np.nan).at().gives(1.0).score(1) == 0
    assert check(lambda: np.nan).at().gives(np.nan).score(1) == 1


def test_the_number_that_is_named_as_furthest_off_is_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    check(lambda: [0.0, np.nan]).at().gives([0.0, 0.5]).score(1)
    assert "furthest off at index [1]: nan, expected 0.5" in capsys.readouterr().out
    check(lambda: [np.inf, 0.0]).at().gives([np.inf, 0.5]).score(1)
    assert "furthest off at index [1]: 0, expected 0.5" in capsys.readouterr().out


def test_infinities_are_compared_by_sign() -> None:
    assert check(lambda: [np.inf, -np.inf]).at().gives([np.inf, -np.inf]).score(1) == 1
    assert check(lambda: [np.inf, np.inf]).at().gives([np.inf, -np.inf]).score(1) == 0


def test_a_warning_is_reported_and_costs_nothing_but_where_it_is_the_task(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def noisy() -> int:
        warnings.warn("careful", stacklevel=2)
        print("to stderr", file=sys.stderr)
        return 1

    assert check(noisy).at().gives(1).score(1) == 1
    assert capsys.readouterr().err == ""
    assert check(noisy).at().without_warnings().score(1) == 0
    assert "careful" in capsys.readouterr().out


def test_a_changed_argument_is_noticed_and_does_not_reach_the_next_check() -> None:
    def spoil(x: Any) -> float:
        x[0] = 99
        return float(x[1])

    given = np.array([1.0, 2.0])
    checks = check(spoil).at(given).gives(2.0).leaves_arguments_unchanged()
    assert checks.score(2) == 1.0
    assert given[0] == 1.0


def test_dtype_and_shape_have_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(double).at(1.0).has_dtype(np.float32).has_shape((1,)).score(1) == 0
    out = capsys.readouterr().out
    assert "returned float64, expected float32" in out
    assert "returned shape (), expected (1,)" in out


def test_an_unwritten_function_is_named_once(capsys: pytest.CaptureFixture[str]) -> None:
    def missing() -> None:
        raise NotImplementedError

    assert check(missing).at().gives(1).at().gives(2).score(1) == 0
    assert capsys.readouterr().out.count("not written yet") == 1


def test_only_a_few_failures_are_spelt_out(capsys: pytest.CaptureFixture[str]) -> None:
    checks = check(double)
    for number in range(1, 8):
        checks.at(number).gives(0)
    checks.score(1)
    assert "and 4 more" in capsys.readouterr().out


def pair(x: float) -> tuple[np.ndarray, float]:
    return np.array([x, 2 * x]), 3 * x


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (lambda x: (np.array([x, 0.0]), 3 * x), "result 0: returned [1, 0]"),
        (lambda x: [[x, 2 * x], 4.0], "result 1: returned 4.0"),
        (lambda x: (np.array([[x, 2 * x]]), 3 * x), "of shape (1, 2)"),
        (lambda x: np.array([x, 2 * x]), "expected 2 results: [1, 2], 3.0"),
        (lambda x: (x, 2 * x, 3 * x), "expected 2 results"),
        (lambda x: (None, 3 * x), "result 0: returned None"),
        (lambda x: None, "is the `return` missing?"),
    ],
)
def test_several_results_are_compared_one_by_one(
    returned: Callable[[float], object], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = (np.array([1.0, 2.0]), 3.0)
    assert check(pair).at(1.0).gives(expected).score(1) == 1
    assert check(lambda x: [[x, 2 * x], 3], "pair").at(1).gives(expected).score(1) == 1
    assert check(returned, "pair").at(1.0).gives(expected).score(1) == 0
    assert says in capsys.readouterr().out


def test_several_results_are_alike_part_by_part() -> None:
    assert same_value(pair(1.0), [[1.0, 2.0 + 1e-12], 3.0])
    assert not same_value(pair(1.0), pair(1.1))
    assert not same_value(pair(1.0), (*pair(1.0), 1.0))


def test_mistakes_of_the_author_are_errors() -> None:
    with pytest.raises(TypeError, match="got ndarray"):
        check(np.zeros(2))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"write \.at"):
        check(double).gives(1)
    with pytest.raises(ValueError, match="no check"):
        check(double).score(1)


def test_a_choice_is_judged_only_where_the_right_one_is_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    feedback = {"a": "That is the norm.", "c": "That is the angle."}
    assert check_choice(" B ", "abc").score(1) == 1
    assert "grading will tell" in capsys.readouterr().out
    assert check_choice("b", "abc").is_("b", **feedback).score(1) == 1
    assert check_choice("c", "abc").is_("b", **feedback).score(1) == 0
    assert "That is the angle." in capsys.readouterr().out
    for nothing in (None, "", "ab", "d", 2, ["b"]):
        assert check_choice(nothing, "abc").score(1) == 0
    with pytest.raises(ValueError, match="feedback on each"):
        check_choice("a", "abc").is_("b", a="no")


NUMBERS = (0.0, -0.0, 1.0, 1.0 + 1e-12, 1.0 + 1e-6, -1.0, 1e300, -1e300, np.inf, -np.inf, np.nan)


@pytest.mark.parametrize("tolerance", [(1e-9, 0.0), (1e-7, 0.0), (0.0, 0.0), (1e-5, 1e-8)])
def test_close_is_allclose(tolerance: tuple[float, float]) -> None:
    pairs = [(np.array(a), np.array(b)) for a in NUMBERS for b in NUMBERS]
    pairs += [(np.array([a, c]), np.array([b, c])) for a, b in pairs for c in (2.0, np.nan)]
    pairs += [(np.array([True, False]), np.array([True, False])), (np.zeros(0), np.zeros(0))]
    pairs += [(np.array([1, 2]), np.array([1, 3])), (np.array([1j]), np.array([1j]))]
    pairs += [(np.full(FEW + 1, a), np.full(FEW + 1, b)) for a in NUMBERS for b in NUMBERS]
    for x, y in pairs:
        with np.errstate(all="ignore"):
            wanted = np.allclose(x, y, *tolerance, equal_nan=True)
        assert close(x, y, *tolerance) == wanted, (x, y)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([1, 10], "[1, 10]"),
        ([0.5, np.nan, -np.inf], "[0.5, nan, -inf]"),
        (np.array([[1 / 3, 2], [1e-300, 4]]), "[[0.333333333, 2], [1e-300, 4]]"),
        ([True, False], "[True, False]"),
        (np.arange(20.0), "[0, 1, 2, ..., 17, 18, 19]"),
    ],
)
def test_a_result_is_shown_as_one_would_type_it(value, text, capsys) -> None:
    check(lambda x: x, "same").at(value).gives(0.0).score(1)
    assert f"same({text})" in capsys.readouterr().out


def test_a_copy_shares_nothing_that_can_change() -> None:
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    given = (array, [array, {"a": [1, 2.0, "x", None, True]}], np.array(["a"], dtype=object), {3})
    made = copied(given)
    assert repr(made) == repr(given)
    assert made[0].flags.f_contiguous
    made[0][0, 0] = made[1][1]["a"][0] = made[2][0] = 7
    made[3].add(4)
    assert array[0, 0] == 0
    assert given[1][1]["a"][0] == 1  # type: ignore[index, call-overload]
    assert given[2][0] == "a"
    assert given[3] == {3}
