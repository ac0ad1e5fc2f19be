"""Feedback pages go back under the names that Moodle and Canvas know their students by.

`moodle_takes` and `canvas_takes` read a zip by the rules of these programs: Moodle 5.0's
`mod/assign/feedback/file/importziplib.php` (and, with ``old``, that of before 4.1), Canvas's
`Assignment#infer_comment_context_from_filename` of 2025.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zipfile
from pathlib import Path

import pytest

from ce_lib.cli import main
from ce_lib.grading.lms.collect import collect
from ce_lib.grading.lms.findings import LmsError, listed
from ce_lib.grading.lms.give_back import GivenBack, give_back
from ce_lib.grading.lms.roster import Roster, read_roster


def moodle_takes(path: Path, participants: set[int], *, old: bool = False) -> dict[int, str]:
    """Participant -> the page that this Moodle would show them."""
    taken = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            parts = ["", *info.filename.split("/")]
            if parts[-1].startswith((".", "~")):
                continue
            while parts:
                words = parts.pop(0).split("_", 4)
                if len(words) < (5 if old else 4) or not words[1].isdigit():
                    continue
                if int(words[1]) in participants and words[2:4] == ["assignsubmission", "file"]:
                    assert parts == ["ps2.html"]
                    taken[int(words[1])] = archive.read(info).decode()
                    break
    return taken


def canvas_takes(path: Path, attachments: dict[str, str]) -> dict[str, str]:
    """User -> page, where ``attachments`` has whose each file is that was handed in."""
    taken = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            words = [w for w in info.filename.rpartition("/")[2].split("_") if w != "LATE"]
            if words[0] == "anon":
                user, number = f"anon_{words[1]}", words[2]
            else:
                user, number = [w for w in words if re.fullmatch(r"\d+", w)][:2]
            if attachments.get(number) == user:
                taken[user] = archive.read(info).decode()
    return taken


@pytest.fixture(scope="module")
def notebook(root: Path) -> bytes:
    return (root / "exercises/ps2/ps2.ipynb").read_bytes()


class Desk:
    """A download, what `collect` makes of it, a page for each student, and the way back."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.folder = root, folder
        self.download = folder / "in.zip"

    def collect(self, entries: dict[str, bytes], roster: Roster | None = None) -> list[str]:
        with zipfile.ZipFile(self.download, "w") as archive:
            for name, data in entries.items():
                archive.writestr(name, data)
        collect(self.root, "ps2", self.download, self.folder / "submitted", roster=roster)
        students = [path.parent.name for path in self.folder.glob("submitted/*/ps2")]
        for student in students:
            self.page(student)
        return sorted(students)

    def page(self, student: str, text: str = "") -> None:
        page = self.folder / "feedback" / student / "ps2/ps2.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text or f"the page of {student}", "utf-8")

    def back(self, roster: Roster | None = None, most: int = 0) -> GivenBack:
        return give_back(self.root, "ps2", self.download, self.folder / "feedback", roster=roster,
                         most=most)  # fmt: skip


@pytest.fixture
def desk(root: Path, tmp_path: Path) -> Desk:
    return Desk(root, tmp_path)


def said(done: GivenBack) -> str:
    return "\n".join(listed(done.findings))


@pytest.mark.parametrize("old", [True, False])
@pytest.mark.parametrize(
    "form",
    [
        "{}_{}_assignsubmission_file_/ps2.ipynb",
        "{}_{}_assignsubmission_file/deep/er/ps2 (1).ipynb",
        "{}_{}_assignsubmission_file_ps2.ipynb",
        "CE26-ps2-991/Group A-{}_{}_assignsubmission_file_/x.ipynb",
    ],
)
def test_moodle_finds_everybody_again(
    desk: Desk, files: Path, notebook: bytes, form: str, old: bool
) -> None:
    roster = read_roster(files / "moodle-worksheet-en.csv")
    # twins, an accent in two characters, and a name that a shell would trip over
    names = {482101: "Ada Lovelace", 482112: "Ada Lovelace", 482102: "~Ge'orge .Boole",
             482103: unicodedata.normalize("NFD", "Augustin Cauchý")}  # fmt: skip
    by_number = {int(p.called["participant"].rpartition(" ")[2]): p.id for p in roster.people}
    desk.collect({form.format(name, n): notebook for n, name in names.items()}, roster)
    done = desk.back(roster)
    assert (said(done), done.complete, len(done.students)) == ("", True, 4)
    taken = moodle_takes(done.zips[0], set(by_number), old=old)
    assert taken == {n: f"the page of {by_number[n]}" for n in names}
    # the reader of these rules can refuse
    assert moodle_takes(done.zips[0], {5}) == {}


def test_canvas_finds_everybody_again_by_the_file_that_was_graded(
    desk: Desk, files: Path, notebook: bytes
) -> None:
    roster = read_roster(files / "canvas.csv")
    content = json.loads(notebook)
    content["cells"][0]["source"] = "a first try"
    first = json.dumps(content).encode()
    entries = {
        "lovelaceada_LATE_7000_88_ps2-1.ipynb": notebook, "lovelaceada_7000_87_ps2.ipynb": first,
        "lovelaceada_7000_89_plot_7_9.png": b"x",
        "boolegeorge_7001_90_my_own_7_name.ipynb": notebook,
    }  # fmt: skip
    assert desk.collect(entries, roster) == ["ada", "boole"]
    done = desk.back(roster)
    owners = {"87": "7000", "88": "7000", "89": "7000", "90": "7001"}
    assert canvas_takes(done.zips[0], owners) == {
        "7000": "the page of ada", "7001": "the page of boole",
    }  # fmt: skip
    with zipfile.ZipFile(done.zips[0]) as archive:
        assert sorted(archive.namelist()) == [
            "boolegeorge_7001_90_ps2.html", "lovelaceada_LATE_7000_88_ps2.html",
        ]  # fmt: skip
    assert canvas_takes(done.zips[0], {"88": "7001"}) == {}


def test_canvas_s_anonymous_names(desk: Desk, notebook: bytes) -> None:
    desk.collect({"anon_x1y2z_8_ps2.ipynb": notebook, "LATE_anon_a2b3c_9_ps2.ipynb": notebook})
    owners = {"8": "anon_x1y2z", "9": "anon_a2b3c"}
    taken = canvas_takes(desk.back().zips[0], owners)
    assert taken == {who: f"the page of {who}" for who in owners.values()}


def test_whoever_cannot_be_given_a_page_is_named(desk: Desk, notebook: bytes, root: Path) -> None:
    other = (root / "exercises/ps3/ps3.ipynb").read_bytes()
    desk.collect({"A_1_assignsubmission_file_/ps2.ipynb": notebook,
                  "B_2_assignsubmission_file_/ps2.ipynb": notebook,
                  "C_3_assignsubmission_file_/ps3.ipynb": other})  # fmt: skip
    (desk.folder / "feedback/2/ps2/ps2.html").unlink()
    desk.page("3")  # of another way to hand in
    desk.page("zermelo")
    done = desk.back()
    assert done.students == ["1"]
    assert not done.complete
    text = said(done)
    assert "2: has no page of ps2: grade, then do this again" in text
    assert "3 handed in the notebook of ps3, not of ps2: left out" in text
    assert "1 page of students who are not in it, left out: zermelo" in text
    assert list(moodle_takes(done.zips[0], {1, 2, 3})) == [1]


def test_a_link_in_place_of_a_page_is_not_followed(desk: Desk, notebook: bytes) -> None:
    desk.collect({"A_1_assignsubmission_file_/ps2.ipynb": notebook,
                  "B_2_assignsubmission_file_/ps2.ipynb": notebook})  # fmt: skip
    page = desk.folder / "feedback/1/ps2/ps2.html"
    page.unlink()
    page.symlink_to(desk.download)
    assert desk.back().students == ["2"]


def test_as_many_zips_as_uploads_are_allowed(desk: Desk, notebook: bytes) -> None:
    numbers = range(1, 8)
    desk.collect({f"A_{n}_assignsubmission_file_/ps2.ipynb": notebook for n in numbers})
    for n in numbers:  # digits, which shrink to less than half
        desk.page(str(n), "".join(str(k * k * n) for k in range(2000)))
    done = desk.back(most=20_000)
    assert len(done.zips) > 2
    assert [path.name for path in done.zips[:2]] == [
        "ps2-feedback-moodle-1.zip", "ps2-feedback-moodle-2.zip",
    ]  # fmt: skip
    assert all(path.stat().st_size <= 20_000 for path in done.zips)
    taken = [n for path in done.zips for n in moodle_takes(path, set(numbers))]
    assert sorted(taken) == list(numbers)
    # and nothing of them is left beside a later one
    assert [path.name for path in desk.back().zips] == ["ps2-feedback-moodle.zip"]
    assert len(list(desk.folder.glob("reports/ps2/*"))) == 1


def test_what_cannot_go_back_at_all_is_refused(
    desk: Desk, notebook: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(LmsError, match="has no page of ps2: grade first"):
        desk.back()
    desk.collect({"ada+ps2+2026-11-18 20:05:00 UTC/ps2.ipynb": notebook})
    with pytest.raises(LmsError, match="goes back with `nbgrader release_feedback ps2`"):
        desk.back()
    command = ["--root", str(desk.root), "feedback", "ps2", "--from", str(desk.download)]
    assert main([*command, "--graded", str(desk.folder)]) == 1
    assert "there is no gradebook" in capsys.readouterr().err
    assert main([*command, "--max-mb", "-3"]) == 1
    assert "--max-mb -3 is no size" in capsys.readouterr().err
