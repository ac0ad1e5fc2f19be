"""A student's page in a real browser: what it tells, and that nothing in it acts."""

from __future__ import annotations

import ast
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ce_lib.grading.grade import Class, grade_class
from ce_lib.grading.hidden import HIDDEN, hidden_lines
from ce_lib.grading.pages import safe_markdown
from ce_lib.grading.sample_class import answers, submission
from tests.grading.attacks import DESIGN, STUDY, Attack, Place, hand_in

from .hostile import ANSWER, CALLS_OUT, CODE, PIECES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.walled,
]

#: Those of the grader's attacks that are aimed at a page.
AT_PAGES = [
    attack
    for attack in (*STUDY, *DESIGN)
    if re.search("<script|javascript|<img|repr_html", "".join(map(str, attack.cells.values())))
]
assert len(AT_PAGES) >= 5

SAMPLES = ("ada", "euler", "fourier", "lovelace")

PRINTS = """
def logit(p):
    print("called with", p)
    p = np.asarray(p, dtype=float)
    return np.log(p) - np.log1p(-p) + (np.ndim(p) == 2)
"""


@pytest.fixture(scope="module")
def graded(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Class:
    folder = tmp_path_factory.mktemp("pages")
    exercise = root / "exercises/ps2/ps2.ipynb"
    place = Place(root, folder / "in", folder / "out")
    for name in SAMPLES:
        target = place.submitted / name / "ps2" / "ps2.ipynb"
        target.parent.mkdir(parents=True)
        file = next((root / "solutions/ps2/sample_class").glob(f"{name}.*"))
        text = file.read_text("utf-8")
        target.write_text(text if file.suffix == ".raw" else submission(exercise, answers(text)))
    hostile = Attack("all of it", cells={"plot": CODE, "probability": ANSWER, "sigmoid": CODE})
    curious = Attack("prints its arguments", cells={"logit": PRINTS})
    for number, attack in enumerate([*AT_PAGES, hostile, curious]):
        hand_in(attack, exercise, f"x{number}", place)
    return grade_class(root, "ps2", place.submitted, place.output)


@pytest.fixture(scope="module")
def pages(graded: Class) -> dict[str, Path]:
    found = {
        path.parts[-3]: path for path in graded.report.parents[2].glob("feedback/*/ps2/ps2.html")
    }
    assert len(found) == len(SAMPLES) + len(AT_PAGES) + 2
    return found


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """A function that opens a page; what it does on its own is in ``did``."""
    contexts = []

    def open_it(address: str, width: int = 1000, scheme: str = "light") -> Any:
        size = {"width": width, "height": 800}
        context = browser.new_context(viewport=size, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.did = did = []

        def sent(route: Any) -> None:  # what a policy stops does not come here
            if route.request.url == address:
                route.continue_()
            else:
                did.append(route.request.url)
                route.abort()

        context.route(lambda url: not url.startswith("data:"), sent)
        page.on("dialog", lambda dialog: (did.append("dialog"), dialog.dismiss()))
        page.goto(address)
        return page

    yield open_it
    for context in contexts:
        context.close()


def acts(page: Any) -> bool:
    from playwright.sync_api import Error

    try:
        return bool(page.did) or bool(page.evaluate("window.owned"))
    except Error:  # it is on its way elsewhere
        return True


@pytest.mark.parametrize("piece", PIECES)
def test_each_piece_works_where_nothing_guards(
    tmp_path: Path, visit: Callable[..., Any], piece: str
) -> None:
    (tmp_path / "open.html").write_text(f"<!doctype html><body>{piece}")
    page = visit(f"file://{tmp_path}/open.html")
    deadline = time.monotonic() + 20
    while not acts(page) and time.monotonic() < deadline:
        page.wait_for_timeout(20)  # lets the browser tell what it does
    assert acts(page)


def test_nothing_on_a_page_acts(pages: dict[str, Path], visit: Callable[..., Any]) -> None:
    for student, path in pages.items():
        page = visit(f"file://{path}")
        page.evaluate("document.querySelectorAll('*').forEach(e => e.focus && e.focus())")
        assert (student, page.did) == (student, [])
        assert page.evaluate("window.owned") is None
        assert page.locator("script, iframe, object, embed, link, base, svg, a[href]").count() == 0
        assert page.locator("img").evaluate_all("all => all.every(i => i.naturalWidth > 0)")
        page.context.close()


def test_what_is_smuggled_into_a_page_all_the_same_is_stopped_by_its_policy(
    pages: dict[str, Path], visit: Callable[..., Any], tmp_path: Path
) -> None:
    text = pages["ada"].read_text("utf-8").replace("<h1>", "".join(PIECES[:6]) + "<h1>", 1)
    (tmp_path / "smuggled.html").write_text(text)
    page = visit(f"file://{tmp_path}/smuggled.html")
    page.evaluate(f"fetch('{CALLS_OUT}').catch(() => 0)")
    assert page.evaluate("window.owned") is None
    assert [what for what in page.did if what.startswith(CALLS_OUT)] == []


def test_formgrader_shows_an_answer_in_words_and_runs_nothing_of_it(
    tmp_path: Path, visit: Callable[..., Any]
) -> None:
    good = "**Bold**, `a < b`, $a < b$ and [a link](https://example.org).\n\n1. one\n2. two\n"
    good += "\n```python\nx = 1\n```\n\n<span id='plot' class='score'>taken over</span>\n\n"
    (tmp_path / "answer.html").write_text("<!doctype html>" + safe_markdown(good + ANSWER))
    page = visit(f"file://{tmp_path}/answer.html")
    page.evaluate("document.querySelectorAll('*').forEach(e => e.focus && e.focus())")
    assert (page.did, page.evaluate("window.owned")) == ([], None)
    assert page.locator("strong, code, a[href], li").count() >= 5
    assert page.locator("script, iframe, img, svg, style, meta, base, input, [onload]").count() == 0
    assert page.locator("a[href^=javascript], [id], .score").count() == 0
    assert page.locator("pre span.o").inner_text() == "="
    assert "$a < b$" in page.inner_text("body")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_reads_well_on_a_phone_by_day_and_by_night(
    pages: dict[str, Path], visit: Callable[..., Any], take_picture: Callable[..., None],
    scheme: str,
) -> None:  # fmt: skip
    from axe_playwright_python.sync_playwright import Axe

    for student in ("ada", "euler", "lovelace"):
        page = visit(f"file://{pages[student]}", width=360, scheme=scheme)
        take_picture(page, f"feedback-{student}-{scheme}", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        # axe runs from outside the page's policy
        found = Axe().run(page)
        broken = {
            rule["id"]: [node["any"][0]["message"] for node in rule["nodes"]]
            for rule in found.response["violations"]
        }
        assert broken == {}, student


def test_a_page_says_points_message_hint_and_the_mistake_by_name(
    pages: dict[str, Path], visit: Callable[..., Any]
) -> None:
    page = visit(f"file://{pages['euler']}")
    test = page.locator("section", has=page.get_by_role("heading", name="Test sigmoid-values"))
    said = test.inner_text()
    assert "0.5 of 2" in said
    assert "sigmoid([-2, -1, 1, 2])" in said
    assert "expected [0.119202922, 0.268941421, 0.731058579, 0.880797078]" in said
    assert "2 checks that you do not see failed" in said
    assert "behaves as if the minus sign in exp(-u) were missing" in said
    assert "A high score must give a high" in said


def test_a_long_line_goes_on_below_where_it_began(
    pages: dict[str, Path], visit: Callable[..., Any]
) -> None:
    page = visit(f"file://{pages['euler']}", width=360)
    line = page.locator(".stdout span", has_text="behaves as if the minus sign").first
    lefts = line.evaluate(
        """line => { const all = document.createRange(); all.selectNodeContents(line);
                     return [...all.getClientRects()].map(box => box.left); }"""
    )
    assert len(lefts) > 1
    # not at the margin, as wrapped text does, but two characters behind the line's first letter
    assert lefts[1] > lefts[0] + 10
    copied = page.locator(".stdout", has_text="behaves as if the minus sign").first.text_content()
    assert "\n  → It behaves as if" in copied  # as it was printed


def test_no_page_shows_what_is_hidden(graded: Class, pages: dict[str, Path], root: Path) -> None:
    source = json.loads((root / "_build/nbgrader/source/ps2/ps2.ipynb").read_text("utf-8"))
    seen, hidden = set(), set()
    for cell in source["cells"]:
        if cell["cell_type"] == "code":
            text = "".join(cell["source"])
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Constant) and isinstance(node.value, float):
                    behind = node.lineno in hidden_lines(text)
                    (hidden if behind else seen).add(f"{node.value:.9g}")
    secret = {number for number in hidden - seen if len(number) > 4}
    assert len(secret) > 20
    details = 0
    for student, path in pages.items():
        page = path.read_text("utf-8")
        assert "HIDDEN TESTS" not in page
        made = graded.report.parents[2] / "autograded" / student / "ps2" / "ps2.ipynb"
        if not made.is_file():
            continue
        for cell in json.loads(made.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if output.get("metadata", {}).get(HIDDEN):
                    told = output["data"]["text/plain"]
                    details += 1
                    for line in told.splitlines()[1:]:
                        if line.strip() and any(number in line for number in secret):
                            assert line not in page
    assert details > 5  # the grader sees all of it
    shown = pages["euler"].read_text("utf-8")
    assert [number for number in secret if number in shown] == []


def test_what_a_function_prints_of_hidden_arguments_stays_hidden(
    pages: dict[str, Path], graded: Class
) -> None:
    student = f"x{len(AT_PAGES) + 1}"
    page = pages[student].read_text("utf-8")
    assert "called with 0.5" in page
    assert "called with [[0.9 ]" not in page
    made = graded.report.parents[2] / "autograded" / student / "ps2" / "ps2.ipynb"
    assert "called with [[0.9 ]" in made.read_text("utf-8")
