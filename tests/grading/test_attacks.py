"""A class of cheats and a few honest students: nobody gains, nobody loses, nothing gets out."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from ce_lib.grading.grade import Class, grade_class
from ce_lib.grading.records import Record, Status
from ce_lib.grading.sample_class import answers, submission
from ce_lib.grading.session import Limits

from .attacks import DESIGN, FUNCTIONS, SECRET, STUDY, Attack, Place, hand_in, wrong
from .test_sample_class import EXPECTED

pytestmark = [
    pytest.mark.slow,
    pytest.mark.walled,
]

ATTACKS = [*STUDY, *DESIGN]
HONEST = {
    name: sum(EXPECTED[name] or [])
    for name in ("ada", "boole", "cauchy", "dirichlet", "gauss", "hilbert")
}
CONTROLS = {
    "none": Attack("nothing", cells=wrong()),
    "half": Attack("nothing, in numbers", cells=wrong("0.5")),
    "visible": Attack(
        "the visible tests of the sigmoid",
        cells={**wrong(), "sigmoid": STUDY[34].cells["sigmoid"]},
    ),
}

#: Settings of the machine that no submission may change.
SETTINGS = (
    "kernel/hostname",
    "kernel/core_pattern",
    "kernel/pid_max",
    "kernel/randomize_va_space",
    "net/ipv4/ip_forward",
    "user/max_user_namespaces",
    "vm/overcommit_memory",
)


def settings() -> dict[str, str]:
    found = {name: Path("/proc/sys", name) for name in SETTINGS}
    values = {name: path.read_text() for name, path in found.items() if path.exists()}
    return {**values, "mounts": Path("/proc/self/mounts").read_text()}


def student(attack: Attack) -> str:
    return f"x-{ATTACKS.index(attack):03d}"


@pytest.fixture(scope="module")
def place(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("attacked")
    return Place(root, folder / "in", folder / "out")


@pytest.fixture(scope="module")
def graded(place: Place, root: Path) -> Class:
    exercise = root / "exercises" / "ps2" / "ps2.ipynb"
    for name in HONEST:
        given = answers((root / f"solutions/ps2/sample_class/{name}.py").read_text("utf-8"))
        notebook = place.submitted / f"honest-{name}" / "ps2" / "ps2.ipynb"
        notebook.parent.mkdir(parents=True)
        notebook.write_text(submission(exercise, given), "utf-8")
        # and once more at the end of the line, after all attacks
        later = place.submitted / f"zz-honest-{name}" / "ps2" / "ps2.ipynb"
        later.parent.mkdir(parents=True)
        later.write_bytes(notebook.read_bytes())
    for name, control in CONTROLS.items():
        hand_in(control, exercise, f"control-{name}", place)
    for attack in ATTACKS:
        hand_in(attack, exercise, student(attack), place)
    before = settings()
    limits = Limits(call=1.0, again=0.2, cell=2.5, total=8.0, grace=0.3, restarts=2)
    done = grade_class(root, "ps2", place.submitted, place.output, limits=limits)
    assert settings() == before
    return done


def record(graded: Class, name: str) -> Record:
    return next(record for record in graded.records if record.student == name)


def machine(found: Record) -> dict[str, float]:
    """Points by test."""
    by_hand = ("plot", "probability")
    return {name: points or 0.0 for name, points in found.cells.items() if name not in by_hand}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gains_nothing(graded: Class, attack: Attack) -> None:
    found = record(graded, student(attack))
    if attack.fails:
        assert found.status is Status.FAILED
        assert found.score is None
        assert attack.fails in found.note
        return
    assert found.status is not Status.FAILED, found.note
    deserved = machine(record(graded, f"control-{attack.like}"))
    got = machine(found)
    assert {name: points for name, points in got.items() if points > deserved.get(name, 0)} == {}
    if attack.stays:
        assert got == deserved


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gets_at_nothing(graded: Class, place: Place, attack: Attack) -> None:
    for made in (
        place.output / "autograded" / student(attack) / "ps2" / "ps2.ipynb",
        place.output / "feedback" / student(attack) / "ps2" / "ps2.html",
    ):
        if made.exists():
            text = made.read_text("utf-8")
            assert SECRET not in text
            assert "INFECTED" not in text
            assert len(text) < 3_000_000


@pytest.mark.parametrize("name", HONEST)
@pytest.mark.parametrize("when", ["honest", "zz-honest"])
def test_honest_neighbours_get_what_they_deserve(graded: Class, name: str, when: str) -> None:
    found = record(graded, f"{when}-{name}")
    assert found.score == pytest.approx(HONEST[name])
    assert found.note == ""


def test_the_controls_tell_something(graded: Class) -> None:
    """Wrong functions earn little, so an attack that worked would show."""
    for name, most in (("none", 3), ("half", 6), ("visible", 6)):
        assert 0 < (record(graded, f"control-{name}").score or 0) < most
    assert set(FUNCTIONS) <= set(wrong())


def test_no_page_runs_anything(graded: Class, place: Place) -> None:
    for page in (*place.output.glob("feedback/*/ps2/*.html"), graded.report):
        text = page.read_text("utf-8")
        assert "<script" not in text
        assert "onerror=alert(1)>" not in text
        assert "default-src 'none'" in text


def test_hidden_tests_stay_hidden(graded: Class, place: Place) -> None:
    notebook = place.output / "autograded" / "honest-ada" / "ps2" / "ps2.ipynb"
    sources = "".join("".join(c["source"]) for c in json.loads(notebook.read_text())["cells"])
    assert "HIDDEN TESTS" not in sources
    assert "0.029312230751356323" not in sources


def test_nothing_is_left_behind(graded: Class, place: Place) -> None:
    assert list(place.output.rglob("*.partial")) == []
    # the run has ended, so no template of it is alive; one with a grader above it is another run's
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    running = {int(pid): (int(parent), " ".join(rest)) for pid, parent, *rest in rows}
    for pid, (_, words) in running.items():
        if "ce_lib.grading.template" in words:
            above, lineage = pid, []
            while above in running and above > 1:
                above = running[above][0]
                lineage.append(running.get(above, (0, ""))[1])
            assert any("multiprocessing" in words or "pytest" in words for words in lineage)


@pytest.mark.parametrize("name", ["reads the source", "looks into /proc and /sys"])
def test_a_payload_does_get_at_it_where_there_is_no_wall(
    root: Path, tmp_path: Path, name: str
) -> None:
    """So the tests above can fail. These two only read, and only what is the course's."""
    attack = next(attack for attack in ATTACKS if attack.name == name)
    place = Place(root, tmp_path / "in", tmp_path / "out")
    hand_in(attack, root / "exercises" / "ps2" / "ps2.ipynb", "cheat", place)
    grade_class(root, "ps2", place.submitted, place.output, sandbox="none", jobs=1)
    made = place.output / "autograded" / "cheat" / "ps2" / "ps2.ipynb"
    assert SECRET in made.read_text("utf-8")
