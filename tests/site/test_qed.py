"""A proof ends where its end sign stands, and its derivation stands before that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

# A proof is the box without a title; the sign is drawn at its end.
LATE = """() => {
  const proofs = [...document.querySelectorAll(".proof.admonition:not(:has(> .admonition-title))")];
  return {
    inside: proofs.filter((e) => e.querySelector(".derivation")).length,
    late: proofs.filter((e) => e.nextElementSibling?.querySelector(".derivation")).length,
  };
}"""


def test_no_derivation_stands_behind_the_end_of_its_proof(browser: Any, site: Path) -> None:
    page, found = browser.new_page(), {}
    for path in sorted(site.glob("book/*.html")):
        page.goto(path.as_uri())
        found[path.stem] = page.evaluate(LATE)
    page.close()
    assert found["softmax"]["inside"] == 2
    assert [name for name, proofs in found.items() if proofs["late"]] == []


def test_a_late_derivation_is_found(browser: Any) -> None:
    page = browser.new_page()
    page.set_content(
        '<div class="proof admonition"><p>Proof.</p></div>'
        '<div class="cell"><div class="derivation">1</div></div>'
    )
    assert page.evaluate(LATE) == {"inside": 0, "late": 1}
    page.close()
