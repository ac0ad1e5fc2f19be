# ruff: noqa: E501  (one case a line)
"""The page for authors: each example in it works as printed, and every word it promises is known."""

from __future__ import annotations

import re
from pathlib import Path

import ce_lib.proof
from ce_lib.proof import Derivation, catalogue
from ce_lib.proof.builtins import base_context
from ce_lib.proof.laws import claims

README = (Path(ce_lib.proof.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_examples():
    catalogue.get("logarithm-below-tangent")
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 2
    names = {"Derivation": Derivation}
    for block in blocks:
        exec(block, names)


def test_words_of_reasons():
    section = README.split("## Reasons")[1].split("## ")[0]
    for words in re.findall(r"\*([^*]+)\*", section):
        text = words.replace("of ...", "of the sigmoid")
        if text not in ("quotient", "power"):
            assert claims(text, base_context().defs), text


def test_names_of_the_course():
    for name in base_context().defs:
        assert f"`{name}" in README, name


def test_domains():
    given = "u, v: real; c: positive; p: unit; q: closed; y: bit; i, j, k: 1..n; z: real[n]; X: real[n, d]"
    more = "a: positive[n]; b: unit[n]; e: bit[n]; f: nonzero[n]; g: sphere[n]; h: simplex[n]"
    last = "l: weights[n]; r: onehot[n] at i; s: positive function; t: density; m: natural"
    Derivation("domains", "u - u\n = 0 ; cancel", f"{given}; {more}; {last}")
