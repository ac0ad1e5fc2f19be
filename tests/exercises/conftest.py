"""Hundreds of trials of a problem set hold the same derivation: it is judged once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from ce_lib.proof import exercise


@pytest.fixture(scope="session", autouse=True)
def each_derivation_is_judged_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exercise, "grade", cache(exercise.grade))
        yield
