"""The class report says what the gradebook holds, and nothing where there is nothing to say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.report import make_gradebook
from benchmarks.similar import make_class as make_similar
from ce_lib.cli import main
from ce_lib.grading.class_report import ReportError, report_class
from ce_lib.grading.entries import Entry
from ce_lib.grading.evidence import Piece
from ce_lib.grading.ledger import Ledger
from ce_lib.grading.mistakes import Mistake, count_mistakes, example
from ce_lib.grading.parts import parts_of, sections_of
from ce_lib.grading.problem import Problem, load_problem
from ce_lib.grading.records import Behaved, Record, Status
from ce_lib.grading.release import ReleaseError, problem_sets
from ce_lib.grading.report import built_site
from ce_lib.grading.similar_page import find_similar

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def problem() -> Problem:
    return load_problem(ROOT, "ps2")


def write_class(
    problem: Problem,
    output: Path,
    scores: dict[str, dict[str, float | None]],
    behaved: dict[str, tuple[Behaved, ...]] | None = None,
    url: str = "",
) -> None:
    """A gradebook in which each student has these scores, and full points elsewhere."""
    output.mkdir(parents=True, exist_ok=True)
    with Ledger(url or f"sqlite:///{output / 'gradebook.db'}", problem) as ledger:
        for student, cells in scores.items():
            points = {**problem.max_scores, **cells}
            waits = any(score is None for score in points.values())
            status = Status.BY_HAND if waits else Status.GRADED
            entry = Entry(student, status, "", "x", dict(points))
            entry.behaved = (behaved or {}).get(student, ())
            ledger.write(entry, "bubblewrap")


def page_of(output: Path, **options: Any) -> str:
    page, _ = report_class(ROOT, "ps2", output, **options)
    return page.read_text("utf-8")


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("</style>")[1]).split())


def row(page: str, test: str) -> list[str]:
    """The cells of a test's row in the table of tests."""
    (found,) = re.findall(rf"<tr><td>{test}</td>(.*?)</tr>", page)
    return re.findall(r"<td[^>]*>(.*?)</td>", found)


# -- what is there ---------------------------------------------------------------------------------


def test_the_numbers_of_a_test_come_from_the_gradebook(problem: Problem, tmp_path: Path) -> None:
    # four students; `logit-values` (2 points) goes with the rest of the points
    write_class(
        problem,
        tmp_path,
        {
            "ada": {},
            "bo": {"logit-ends": 0.0},
            "cy": {"logit-values": 1.0, "logit-ends": 0.0, "sigmoid-values": 1.0},
            "di": {"logit-values": 0.0, "logit-ends": 0.0, "sigmoid-values": 0.0},
        },
    )
    page = page_of(tmp_path)
    # reading, difficulty, correlation, index, points, judged; the rest of the others' points is
    # 21, 20, 19 and 18, which correlates with 2, 2, 1, 0 by 7/sqrt(55)
    assert row(page, "logit-values")[1:] == ["0.62", "0.94", "1.00", "2", "4"]
    assert row(page, "logit-ends")[1] == "0.25"
    assert row(page, "plot")[0] == "Everybody has all points: it cannot tell students apart."
    assert row(page, "plot")[2] == "–"
    text = text_of(page)
    assert "2 The logit : the class lost 50% of the points; 1 of 4 have all of them." in text
    assert "4 submissions: 4 graded, 0 with cells to grade by hand, 0 failed" in text


def test_what_waits_for_a_person_is_left_out(problem: Problem, tmp_path: Path) -> None:
    waits: dict[str, float | None] = {"plot": None}
    half: dict[str, float | None] = {cell: most / 2 for cell, most in problem.max_scores.items()}
    write_class(problem, tmp_path, {"ada": waits, "bo": waits, "cy": {}, "di": half})
    page, text = page_of(tmp_path), text_of(page_of(tmp_path))
    assert row(page, "plot")[1:] == ["0.75", "1.00", "0.50", "2", "2 (2 wait)"]
    # those who wait have all of what is judged: three of the four have 100 %
    assert "half of the 4 students have 100% or more" in text
    assert "2 still wait for a person's judgement" in text
    assert "2 wait for your judgement in formgrader: plot (2). They are ada, bo." in text


def test_an_item_that_hardly_anybody_is_judged_in_is_not_read(
    problem: Problem, tmp_path: Path
) -> None:
    waits: dict[str, float | None] = {"plot": None}
    write_class(problem, tmp_path, {"a": waits, "b": waits, "c": waits, "d": {"plot": 0.0}})
    assert row(page_of(tmp_path), "plot")[0] == "Most still wait to be judged: too early to read."


@pytest.mark.parametrize("count", [1, 5])
def test_one_student_or_all_alike_leave_discrimination_undefined(
    count: int, problem: Problem, tmp_path: Path
) -> None:
    some: dict[str, float | None] = {"logit-values": 1.0}
    write_class(problem, tmp_path, {f"s{number}": some for number in range(count)})
    page = page_of(tmp_path)
    assert "nan" not in page.lower()
    assert row(page, "logit-values")[1:4] == ["0.50", "–", "–"]
    assert "not defined" in row(page, "logit-values")[0]
    says = "takes at least two students" if count == 1 else "is not defined for these scores"
    assert f"Cronbach's alpha {says}" in text_of(page)


def test_nobody_could_be_graded(problem: Problem, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path / 'gradebook.db'}", problem) as ledger:
        ledger.write(Entry("ada", Status.FAILED, "not a notebook", "x"), "none")
    page = page_of(tmp_path)
    assert "No submission could be graded" in page
    assert "ada: not a notebook" in page
    assert "behind no wall" in page  # graded with --sandbox=none, which the gradebook remembers


def test_nobody_submitted_is_an_error_that_says_what_was_looked_for(
    problem: Problem, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--root", str(ROOT), "report"]
    assert main([*where, "ps2", "--graded", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert f"no gradebook {tmp_path / 'gradebook.db'}" in said
    assert not (tmp_path / "gradebook.db").exists()
    write_class(problem, tmp_path, {"ada": {}, "bo": {}})
    assert main([*where, "ps3", "--graded", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "nobody has a submission of ps3" in said
    assert "which has 2 of ps2" in said
    assert main([*where, "ps99", "--graded", str(tmp_path)]) == 1
    assert main([*where, "ps2", "--graded", str(tmp_path)]) == 0
    assert "reports/ps2/index.html" in capsys.readouterr().out


@pytest.mark.slow
def test_the_same_report_from_a_gradebook_on_a_server(
    problem: Problem, tmp_path: Path, fresh: Callable[[], str]
) -> None:
    slip = seen("sigmoid-values", "sign-slip", "sigmoid")
    scores: dict[str, dict[str, float | None]] = {
        "ada": {"sigmoid-values": 0.5, "plot": None},
        "bo": {"logit-ends": 0.0},
        "cy": {},
    }
    write_class(problem, tmp_path, scores, {"ada": (slip,)})
    here = page_of(tmp_path)
    url = fresh()
    with pytest.raises(ReportError, match="nobody has a submission of ps2"):
        page_of(tmp_path / "server")
    write_class(problem, tmp_path, scores, {"ada": (slip,)}, url)
    assert page_of(tmp_path / "server") == here
    assert "as if the minus sign" in here


# -- known mistakes --------------------------------------------------------------------------------


def seen(test: str, mistake: str, function: str = "sigmoid_derivative") -> Behaved:
    return Behaved(test, function, mistake, 3, 3)


def test_mistakes_are_counted_by_student_and_several_are_called_several() -> None:
    values, stable = "sigmoid-derivative-values", "sigmoid-derivative-stable"
    behaved = {
        "both": [seen(stable, "one-minus"), seen(stable, "finite-difference")],
        "told": [
            seen(stable, "one-minus"), seen(stable, "finite-difference"), seen(values, "one-minus"),
        ],
        "twice": [seen(stable, "one-minus"), seen(values, "one-minus")],
        "less": [
            seen(stable, "one-minus"),
            Behaved(stable, "sigmoid_derivative", "finite-difference", 2, 3),
        ],
        "gone": [seen(stable, "no longer in the catalogue")],
    }  # fmt: skip
    records = [
        Record(student, Status.GRADED, 1.0, 0.0, behaved=tuple(list_))
        for student, list_ in behaved.items()
    ]
    first, second = count_mistakes(ROOT, "ps2", records)
    assert (first.piece.name, len(first.students), first.certain) == ("one-minus", 4, 3)
    assert (second.piece.name, second.students, second.certain) == (
        "finite-difference", ["both"], 0,
    )  # fmt: skip
    assert first.others == {"finite-difference"}
    assert set(first.tests) == {values, stable}


def test_mistakes_stand_in_the_page_with_hint_and_example(problem: Problem, tmp_path: Path) -> None:
    slip = seen("sigmoid-values", "sign-slip", "sigmoid")
    write_class(
        problem, tmp_path, {"ada": {"sigmoid-values": 0.0}, "bo": {}, "cy": {}, "di": {}},
        {"ada": (slip,)},
    )  # fmt: skip
    text = text_of(page_of(tmp_path))
    assert "1 student (25%), certain: sigmoid as if the minus sign in exp(-u) were missing." in text
    assert "From the catalogue: def sigmoid(u):" in text


def test_what_a_mistake_may_be_instead_is_said_in_words(problem: Problem, tmp_path: Path) -> None:
    values = "sigmoid-derivative-values"
    both = [seen(values, name, "sigmoid_derivative") for name in ("one-minus", "finite-difference")]
    write_class(problem, tmp_path, {"ada": {values: 0.0}, "bo": {}}, {"ada": tuple(both)})
    text = text_of(page_of(tmp_path))
    assert "it may as well be as if the slope were measured with a finite step." in text


CODE = '''
# by Augusta Ada King, 2nd of May
def sigmoid(u):
    """Augusta's own."""
    text = "call Augusta" + f"{u}"  # Augusta was here
    return np.exp(u) / (1 + np.exp(u))
def helper(): pass
'''


def notebook(output: Path, student: str, code: str) -> None:
    path = output / "autograded" / student / "ps2" / "ps2.ipynb"
    path.parent.mkdir(parents=True)
    cell = {"metadata": {"nbgrader": {"grade_id": "sigmoid"}}, "source": code}
    path.write_text(json.dumps({"cells": [cell]}))


def mistake(*students: str) -> Mistake:
    known = "def sigmoid(u):\n    return 1 / (1 + np.exp(u))"
    return Mistake("sigmoid", Piece("sigmoid", "slip", known), list(students))


def test_an_example_gives_nobody_away(tmp_path: Path) -> None:
    notebook(tmp_path, "king", CODE)
    code, theirs = example(mistake("king"), tmp_path, "ps2", {"king": "Augusta Ada"})
    assert theirs
    assert code == (
        "def sigmoid(u):\n    text = '...' + '...'\n    return np.exp(u) / (1 + np.exp(u))"
    )


def test_a_program_with_its_author_s_name_in_it_is_passed_over(tmp_path: Path) -> None:
    notebook(tmp_path, "king", CODE.replace("text", "augusta_value"))
    notebook(tmp_path, "lovelace-7", CODE.replace("text", "u_lovelace"))
    names = {"king": "Augusta Ada"}
    code, theirs = example(mistake("king", "lovelace-7"), tmp_path, "ps2", names)
    assert (theirs, code) == (False, "def sigmoid(u):\n    return 1 / (1 + np.exp(u))")


@pytest.mark.parametrize("code", ["def sigmoid(u:", "sigmoid = abs", "\0", ""])
def test_without_the_function_the_catalogue_s_own_is_shown(code: str, tmp_path: Path) -> None:
    notebook(tmp_path, "ada", code)
    assert not example(mistake("ada", "nobody"), tmp_path, "ps2", {})[1]


# -- the page --------------------------------------------------------------------------------------


def test_what_students_wrote_is_escaped_and_an_anonymous_page_has_no_name(
    problem: Problem, tmp_path: Path
) -> None:
    bad = "<script>alert(1)</script>"
    write_class(problem, tmp_path, {bad: {"plot": None}, "zuse": {}})
    with Ledger(f"sqlite:///{tmp_path / 'gradebook.db'}", problem) as ledger:
        ledger.write(Entry("turing", Status.FAILED, "<img src=x onerror=alert(1)>", "x"), "b")
    page = page_of(tmp_path)
    assert "&lt;script&gt;" in page
    assert "&lt;img" in page
    assert "zuse" in page
    for text in (page, page_of(tmp_path, anonymous=True)):
        assert not re.search(r"<(script|img|link|iframe)|url\(|@import|https?://", text)
        assert "default-src 'none'" in text
    hidden = page_of(tmp_path, anonymous=True)
    for name in ("zuse", "turing", "alert", "grades.csv"):
        assert name not in hidden


def test_sections_are_linked_where_the_website_lies(problem: Problem, tmp_path: Path) -> None:
    write_class(problem, tmp_path, {"ada": {}, "bo": {"logit-values": 0.0, "logit-ends": 0.0}})
    page = page_of(tmp_path, site="https://example.org/course/")
    link = "https://example.org/course/book/sigmoid.html#the-way-back-logit-and-log-odds"
    assert f'<a href="{link}">The way back: logit and log-odds</a> in The sigmoid' in page


def test_a_website_that_was_built_here_is_linked_from_where_the_page_lies(tmp_path: Path) -> None:
    assert built_site(tmp_path, tmp_path / "reports" / "ps2") == ""
    (tmp_path / "_build" / "html").mkdir(parents=True)
    (tmp_path / "_build" / "html" / "index.html").touch()
    assert built_site(tmp_path, tmp_path / "reports" / "ps2") == "../../_build/html"


@pytest.mark.parametrize("name", problem_sets(ROOT))
def test_every_part_names_a_section_that_the_book_has(name: str) -> None:
    problem = load_problem(ROOT, name)
    sections = sections_of(ROOT, name)
    assert sections.keys() == problem.answers.keys()
    for section in sections.values():
        text = (ROOT / "book" / f"{section.page}.md").read_text("utf-8")
        assert re.search(rf"^##+ {re.escape(section.heading)}$", text, re.MULTILINE), section
    parts = parts_of(problem, sections)
    assert {cell for part in parts for cell in part.points} == problem.max_scores.keys()
    assert all(part.sections for part in parts)


def test_a_broken_list_of_sections_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "solutions" / "ps1"
    folder.mkdir(parents=True)
    assert sections_of(tmp_path, "ps1") == {}
    for text in ("a = [1", 'a = ["page"]'):
        (folder / "sections.toml").write_text(text)
        with pytest.raises(ReleaseError, match=r"sections\.toml"):
            sections_of(tmp_path, "ps1")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("large")
    make_gradebook(ROOT, "ps2", output, 120)
    return output


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_asks_nobody_and_can_be_read(
    width: int, scheme: Any, large: Path, browser: Any
) -> None:
    page_path, _ = report_class(ROOT, "ps2", large)
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert asked == [page_path.as_uri()]
    pictures = page.locator("svg[role=img]")
    assert pictures.count() == 2
    for number in range(2):
        assert len(pictures.nth(number).get_attribute("aria-label")) > 60
    small = page.evaluate(
        "[...document.querySelectorAll('svg text')].map(t => t.getBoundingClientRect())"
        ".filter(r => r.height < 9 || r.right > innerWidth || r.left < 0).length"
    )
    assert small == 0
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_pages_of_a_class_are_for_everybody(
    scheme: Any, large: Path, browser: Any, tmp_path: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    make_similar(ROOT, load_problem(ROOT, "ps3"), tmp_path, 12, 2)
    pages = [report_class(ROOT, "ps2", large)[0], find_similar(ROOT, "ps3", tmp_path).page]
    # axe runs from outside the pages' policy
    context = browser.new_context(
        bypass_csp=True, color_scheme=scheme, viewport={"width": 360, "height": 800}
    )
    for path in pages:
        page = context.new_page()
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    context.close()


def test_reading_a_class_takes_work_in_proportion_to_it(tmp_path: Path, problem: Problem) -> None:
    from sqlalchemy import event

    def steps(count: int) -> int:
        """Thousands of steps of SQLite's machine to read ``count`` records and write one."""
        output = tmp_path / str(count)
        make_gradebook(ROOT, "ps2", output, count)
        done = [0]

        def one() -> int:
            done[0] += 1
            return 0

        with Ledger(f"sqlite:///{output / 'gradebook.db'}", problem) as ledger:
            ledger._engine.dispose()
            event.listen(
                ledger._engine, "connect", lambda raw, _: raw.set_progress_handler(one, 100)
            )
            assert len(ledger.records()) == count
            ledger.manual()
            ledger.write(Entry("new", Status.GRADED, "", "x", dict(problem.max_scores)), "b")
        return done[0]

    assert steps(800) < 6 * steps(200)  # 4 times the class; by student it would be 16 times
