"""What Moodle, Canvas and the exchange give out becomes nbgrader's submitted/, and nothing else."""

from __future__ import annotations

import datetime
import json
import os
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_lib.grading.lms import archive, place
from ce_lib.grading.lms.collect import Collected, collect
from ce_lib.grading.lms.dates import parse_date, zone_named
from ce_lib.grading.lms.downloads import recognise
from ce_lib.grading.lms.findings import LmsError, listed
from ce_lib.grading.lms.roster import Roster, read_roster

Collect = Callable[..., Collected]
BERLIN = zone_named("Europe/Berlin")
DUE = datetime.datetime(2026, 11, 18, 23, 0, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def notebook(root: Path) -> bytes:
    return (root / "exercises/ps2/ps2.ipynb").read_bytes()


@pytest.fixture(scope="module")
def other(root: Path) -> bytes:
    return (root / "exercises/ps3/ps3.ipynb").read_bytes()


def answered(notebook: bytes, text: str) -> bytes:
    """The notebook with this written into its first answer."""
    content = json.loads(notebook)
    cell = next(c for c in content["cells"] if c["metadata"].get("nbgrader", {}).get("solution"))
    cell["source"] = text
    return json.dumps(content).encode()


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive_:
        for name, data in entries.items():
            archive_.writestr(name, data)
    return path


def folder(path: Path, entries: dict[str, bytes]) -> Path:
    for name, data in entries.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


@pytest.fixture
def gather(root: Path, tmp_path: Path) -> Collect:
    def run(entries: dict[str, bytes] | Path, **how: Any) -> Collected:
        source = entries if isinstance(entries, Path) else zipped(tmp_path / "in.zip", entries)
        return collect(root, "ps2", source, tmp_path / "submitted", **how)

    return run


def said(result: Collected) -> str:
    return "\n".join(listed(result.findings))


def there(tmp_path: Path) -> list[str]:
    """Every file in submitted/ but the lock."""
    top = tmp_path / "submitted"
    return sorted(str(p.relative_to(top)) for p in top.rglob("*")
                  if not p.is_dir() and p.suffix != ".lock")  # fmt: skip


def moodle(name: str, number: int, file: str = "ps2.ipynb") -> str:
    return f"{name}_{number}_assignsubmission_file_/{file}"


# -- the three kinds of names ----------------------------------------------------------------------


def test_a_zip_of_moodle_with_its_worksheet(
    gather: Collect, files: Path, tmp_path: Path, notebook: bytes
) -> None:
    roster = read_roster(files / "moodle-worksheet-en.csv", zone=BERLIN)
    result = gather({moodle("Ada Lovelace", 482101): notebook}, roster=roster)
    student = tmp_path / "submitted/ada@uni.example/ps2"
    assert there(tmp_path) == [f"ada@uni.example/ps2/{n}" for n in ("ps2.ipynb", "timestamp.txt")]
    assert (student / "ps2.ipynb").read_bytes() == notebook
    from nbgrader.utils import parse_utc

    stamp = parse_utc((student / "timestamp.txt").read_text())
    assert stamp == datetime.datetime(2026, 11, 18, 19, 10)
    assert result.complete
    assert "12 of the list handed in nothing that could be collected: boole@uni.example" in said(
        result
    )


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace_7_assignsubmission_file_/ps2.ipynb",
        "Ada Lovelace_7_assignsubmission_file/ps2.ipynb",
        "Ada Lovelace_7_assignsubmission_file_ps2.ipynb",
        "Group A-Ada Lovelace_7_assignsubmission_file_/deep/er/ps2 (1).ipynb",
        "CE26-ps2-991/Participant_7_assignsubmission_file_/PS2.IPYNB",
        "lovelaceada_7_8_ps2.ipynb",
        "lovelaceada_LATE_7_8_ps2-1.ipynb",
        "course submissions/lovelaceada_7_8_my_own_7_name.ipynb",
        "7+ps2+2026-11-18 20:05:00.123456 UTC/ps2.ipynb",
        "7+ps2+2026-11-18 20_05_00 UTC+a1b2c3/ps2.ipynb",
    ],
)
def test_every_form_of_name_is_read(
    gather: Collect, tmp_path: Path, notebook: bytes, name: str, packed: bool
) -> None:
    entries = {name: notebook}
    result = gather(entries if packed else folder(tmp_path / "in", entries))
    assert [n for n in there(tmp_path) if n.endswith("ipynb")] == ["7/ps2/ps2.ipynb"]
    assert result.count("new") == 1


def test_the_exchange_s_newest_wins_and_its_time_is_kept(
    gather: Collect, tmp_path: Path, notebook: bytes
) -> None:
    result = gather({
        "ada+ps2+2026-11-18 20:05:00.000000 UTC+x/ps2.ipynb": answered(notebook, "first"),
        "ada+ps2+2026-11-18 20:05:00.000000 UTC+x/timestamp.txt": b"forged",
        "ada+ps2+2026-11-18 21:05:00.000000 +0200+y/ps2.ipynb": answered(notebook, "earlier"),
        "a+b+ps2+2026-11-18 09:05:00.000000 UTC+z/ps2.ipynb": notebook,
        "c+ps2+2026-11-18 09:05:00.000000 Nowhere+z/ps2.ipynb": notebook,
        "ada+ps1+2026-11-19 20:05:00.000000 UTC+x/ps1.ipynb": notebook,
    })  # fmt: skip
    assert result.lms == "exchange"
    assert "first" in (tmp_path / "submitted/ada/ps2/ps2.ipynb").read_text()
    stamp = (tmp_path / "submitted/ada/ps2/timestamp.txt").read_text()
    assert stamp == "2026-11-18 20:05:00.000000 UTC"
    assert (tmp_path / "submitted/a+b/ps2/ps2.ipynb").is_file()
    assert "ada handed in 2 versions; taken: ps2.ipynb, the newest" in said(result)
    assert "not known whether late: c; its folder's name has none" in said(result)
    assert "ada+ps1" in said(result)  # another set's folder is not understood, and listed


def test_canvas_s_late_mark_counts_from_the_time_that_it_was_due(
    gather: Collect, tmp_path: Path, notebook: bytes
) -> None:
    entries = {"lovelaceada_LATE_7_8_ps2.ipynb": notebook, "boolegeorge_9_3_ps2.ipynb": notebook}
    result = gather(entries)
    assert "the LMS marks 7 as late, but not when" in said(result)
    assert "not known whether late: 7, 9; Canvas's files have no times" in said(result)
    assert not result.complete
    result = gather(entries, due=DUE)
    assert result.complete
    stamps = [(tmp_path / f"submitted/{n}/ps2/timestamp.txt").read_text() for n in (7, 9)]
    assert stamps == [f"2026-11-18 23:00:0{k}.000000 UTC" for k in (1, 0)]


def test_canvas_s_gradebook_is_a_roster(
    gather: Collect, files: Path, tmp_path: Path, notebook: bytes
) -> None:
    roster = read_roster(files / "canvas.csv")
    assert len(roster.people) == 14  # neither `Points Possible` nor `Manual Posting`
    gather({"lovelaceada_7000_8_ps2.ipynb": notebook}, roster=roster, due=DUE)
    assert there(tmp_path)[0] == "ada/ps2/ps2.ipynb"
    roster = read_roster(files / "canvas.csv", "SIS User ID")
    gather({"lovelaceada_7000_8_ps2.ipynb": notebook}, roster=roster)
    assert (tmp_path / "submitted/S482101").is_dir()


def test_anonymous_and_typed_submissions(gather: Collect, tmp_path: Path, notebook: bytes) -> None:
    result = gather({
        "anon_x1y2z_8_ps2.ipynb": notebook, "LATE_anon_a2b3c_9_ps2.ipynb": notebook,
        "boolegeorge_7_text.html": b"<p>see mail", "noetheremmy_LATE_8_link.html": b"x",
    })  # fmt: skip
    assert [n for n in there(tmp_path) if "ipynb" in n] == [
        "anon_a2b3c/ps2/ps2.ipynb", "anon_x1y2z/ps2/ps2.ipynb",
    ]  # fmt: skip
    assert "boolegeorge_7_text.html: text typed into the LMS: read it there" in said(result)


def test_names_that_fit_nobody_s_pattern_stop_it(gather: Collect, tmp_path: Path) -> None:
    with pytest.raises(LmsError, match=r"none of the 1 file names, such as 'ada/ps2.ipynb'"):
        gather({"ada/ps2.ipynb": b"{}"})
    with pytest.raises(LmsError, match="is moodle: Moodle's look like"):
        gather({"lovelaceada_7_8_ps2.ipynb": b"{}"}, lms="moodle")
    with pytest.raises(LmsError, match="holds no files"):
        gather({"__MACOSX/._x": b"", ".DS_Store": b""})
    assert not (tmp_path / "submitted").exists()


# -- which notebook --------------------------------------------------------------------------------


def test_the_notebook_is_known_by_its_cells_not_by_its_name(
    gather: Collect, tmp_path: Path, notebook: bytes, other: bytes
) -> None:
    result = gather({
        moodle("Ada", 1, "ps2.ipynb"): other, moodle("Ada", 1, "Untitled7.ipynb"): notebook,
        moodle("Boole", 2): other, moodle("Cauchy", 3): b'{"cells": []}',
        moodle("Euler", 4, "plot.png"): b"x", moodle("Gauss", 5): b"no notebook",
    })  # fmt: skip
    assert there(tmp_path) == ["1/ps2/ps2.ipynb", "5/ps2/ps2.ipynb"]
    assert (tmp_path / "submitted/1/ps2/ps2.ipynb").read_bytes() == notebook
    text = said(result)
    assert "2 handed in the notebook of ps3, not of ps2: left out" in text
    assert "3 handed in a notebook of no problem set, not of ps2: left out" in text
    assert "4: no notebook of ps2" in text
    assert "plot.png: no notebook (png): left out" in text
    assert "5's notebook is damaged; collected, so that grading says why" in text
    # what is left out beside the right notebook is no matter to decide
    decide, noted = text.split("noted:")
    assert "1 handed in the notebook of ps3" in noted
    assert "2 handed in the notebook of ps3" in decide


def test_a_notebook_without_nbgraders_marks_is_known_by_its_cells_ids(
    gather: Collect, tmp_path: Path, notebook: bytes
) -> None:
    content = json.loads(notebook)
    for cell in content["cells"]:
        cell["metadata"] = {}
    gather({moodle("Ada", 1): json.dumps(content).encode("utf-16")})
    assert there(tmp_path) == ["1/ps2/ps2.ipynb"]


def test_the_newest_of_several_versions_counts(
    gather: Collect, tmp_path: Path, notebook: bytes
) -> None:
    versions = [answered(notebook, f"version {k}") for k in range(3)]
    result = gather({
        "a_1_30_ps2.ipynb": versions[2], "a_1_10_ps2-7.ipynb": versions[0],
        "a_1_20_ps2-1.ipynb": versions[1],
        "b_2_5_ps2.ipynb": versions[0], "b_2_5_ps2-2.ipynb": versions[2],
    })  # fmt: skip
    for student in ("1", "2"):
        text = (tmp_path / f"submitted/{student}/ps2/ps2.ipynb").read_text()
        assert "version 2" in text
    assert "1 handed in 3 versions; taken: ps2.ipynb, the newest, not a_1_10_ps2-7.ipynb" in said(
        result
    )


def test_if_nothing_says_which_is_the_newest_that_is_said(
    gather: Collect, tmp_path: Path, notebook: bytes
) -> None:
    one, two = answered(notebook, "one"), answered(notebook, "two")
    result = gather({moodle("A", 1, "draft.ipynb"): one, moodle("A", 1, "final.ipynb"): two})
    assert "taken: final.ipynb, though nothing says which is the newest" in said(result)
    assert not result.complete
    result = gather({moodle("B", 2, "x.ipynb"): one, moodle("B", 2, "y.ipynb"): one})
    assert "versions" not in said(result)  # the same twice is one


def test_a_zip_that_a_student_made_is_looked_into(
    gather: Collect, tmp_path: Path, notebook: bytes
) -> None:
    inner = zipped(tmp_path / "i.zip", {"../x.ipynb": notebook, "my/ps2.ipynb": notebook})
    result = gather({
        moodle("Ada", 1, "ps2.zip"): inner.read_bytes(), moodle("Boole", 2, "ps2.zip"): b"none",
    })  # fmt: skip
    assert there(tmp_path) == ["1/ps2/ps2.ipynb"]
    assert "ps2.zip: ../x.ipynb: a path that leads out of its folder: refused" in said(result)
    assert "Boole_2_assignsubmission_file_/ps2.zip: a zip that cannot be read" in said(result)


# -- who -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("code", ["utf-8", "unmarked", "cp437"])
def test_accents_in_every_form(
    root: Path, tmp_path: Path, notebook: bytes, form: str, code: str
) -> None:
    if form == "NFD" and code == "cp437":
        return  # that page has no accents on their own
    name = unicodedata.normalize(form, "Gauß Müller-Renée")
    path = zipped(tmp_path / "in.zip", {moodle("XX", 5): notebook})
    raw = moodle(name, 5).encode("utf-8" if code == "unmarked" else code)
    if code == "utf-8":
        zipped(path, {moodle(name, 5): notebook})
    else:  # as programs write it that do not mark their names as UTF-8
        old = moodle("XX", 5).encode()
        path = zipped(path, {moodle("X" * (len(raw) - len(old) + 2), 5): notebook})
        data = path.read_bytes().replace(moodle("X" * (len(raw) - len(old) + 2), 5).encode(), raw)
        path.write_bytes(data)
    list_ = tmp_path / "list.csv"
    list_.write_text("id,first_name,last_name\ngauss,Gauß,Müller-Renée\n", "utf-8")
    collect(root, "ps2", path, tmp_path / "submitted", roster=read_roster(list_))
    assert there(tmp_path) == ["gauss/ps2/ps2.ipynb"]


def test_twins_are_told_apart_by_number_and_never_by_name(
    gather: Collect, files: Path, tmp_path: Path, notebook: bytes
) -> None:
    entries = {moodle("Ada Lovelace", 482101): answered(notebook, "older"),
               moodle("Ada Lovelace", 482112): answered(notebook, "younger")}  # fmt: skip
    gather(entries, roster=read_roster(files / "moodle-worksheet-en.csv"))
    assert "older" in (tmp_path / "submitted/ada@uni.example/ps2/ps2.ipynb").read_text()
    assert "younger" in (tmp_path / "submitted/lovelace@uni.example/ps2/ps2.ipynb").read_text()
    result = gather({moodle("Ada Lovelace", 5): notebook, moodle("George Boole", 6): notebook},
                    roster=read_roster(files / "moodle-worksheet-en.csv"))  # fmt: skip
    text = said(result)
    assert "Ada Lovelace (5): fits line 2 (ada@uni.example), line 13 (lovelace@uni.example)" in text
    assert "found by name, since the list lacks their numbers: George Boole as boole@" in text


def test_a_roster_that_disagrees_is_listed_from_both_sides(
    gather: Collect, files: Path, notebook: bytes, tmp_path: Path
) -> None:
    result = gather({moodle("Evariste Galois", 1): notebook, moodle("Ada L", 482101): notebook,
                     moodle("Carl Jacobi", 77): notebook, moodle("x", 482110): notebook},
                    roster=read_roster(files / "moodle-worksheet-en.csv"))  # fmt: skip
    text = said(result)
    assert "Evariste Galois (1): is not in moodle-worksheet-en.csv: left out" in text
    both = "Carl Jacobi (77) and x (482110) are both this student: left out"
    assert f"jacobi@uni.example: {both}" in text
    assert "12 of the list handed in nothing that could be collected" in text
    assert list((tmp_path / "submitted").glob("*/*")) == [
        tmp_path / "submitted/ada@uni.example/ps2"
    ]


def test_a_roster_s_own_faults_are_listed_by_line(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("id;email;lms_user_id\nada;a@x;1\nada;b@x;2\nboole;c@x;3\nboole;c@x;3\n;d@x;4\n"
                    "../evil;e@x;5\n.hidden;f@x;6\n", "utf-8")  # fmt: skip
    roster = read_roster(path)
    assert [person.id for person in roster.people] == ["boole"]
    text = "\n".join(listed(roster.findings))
    assert "ada is in lines 2 and 3, with different identifiers: neither is used" in text
    assert "boole is in lines 4 and 5; they say the same" in text
    assert "line 6: no id in 'id'" in text
    assert "line 7: '../evil' is no name for a student's folder" in text
    assert "line 8: '.hidden' is no name" in text


def test_a_roster_without_ids_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("First name,Last name\nAda,Lovelace\n")
    with pytest.raises(LmsError, match="no column with the students' ids; say which with --id-fr"):
        read_roster(path)
    with pytest.raises(LmsError, match="no column is called 'Kurs'"):
        read_roster(path, "Kurs")


@pytest.mark.parametrize("name", ["moodle-worksheet-de", "moodle-worksheet-fr-excel"])
def test_a_worksheet_in_another_language_is_the_same_roster(files: Path, name: str) -> None:
    def content(roster: Roster) -> list[tuple[object, ...]]:
        return [(p.id, p.called["participant"][-6:], p.name, p.submitted) for p in roster.people]

    english = content(read_roster(files / "moodle-worksheet-en.csv", zone=BERLIN))
    assert content(read_roster(files / f"{name}.csv", zone=BERLIN))[:-1] == english[:-1]


# -- what must not happen --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["../../up_1_assignsubmission_file_/ps2.ipynb", "/etc/a_1_assignsubmission_file_/ps2.ipynb",
     "C:\\a_1_assignsubmission_file_\\ps2.ipynb", "x\\..\\a_1_assignsubmission_file_\\ps2.ipynb"],
)  # fmt: skip
def test_paths_that_lead_out_are_refused(
    gather: Collect, tmp_path: Path, notebook: bytes, name: str
) -> None:
    result = gather({name: notebook, moodle("Ada", 2): notebook})
    assert there(tmp_path) == ["2/ps2/ps2.ipynb"]
    assert "a path that leads out of its folder: refused" in said(result)
    assert {p.name for p in tmp_path.iterdir()} == {"in.zip", "submitted"}


def test_links_are_not_followed(gather: Collect, tmp_path: Path, notebook: bytes) -> None:
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(notebook)
    source = folder(tmp_path / "in", {moodle("Ada", 2): notebook})
    bad = source / "Eve_3_assignsubmission_file_"
    bad.mkdir()
    (bad / "ps2.ipynb").symlink_to(secret)
    (source / "Mallory_4_assignsubmission_file_").symlink_to(bad)
    os.mkfifo(source / "Trudy_5_assignsubmission_file_ps2.ipynb")
    result = gather(source)
    assert there(tmp_path) == ["2/ps2/ps2.ipynb"]
    assert said(result).count("a link: not followed") == 2
    assert "no ordinary file: not followed" in said(result)

    entry = zipfile.ZipInfo(moodle("Eve", 3))
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as packed:
        packed.writestr(entry, str(secret))
        packed.writestr(moodle("Ada", 6), notebook)
    assert "a link or device, no file: refused" in said(gather(tmp_path / "link.zip"))
    assert [n for n in there(tmp_path) if n[0] in "36"] == ["6/ps2/ps2.ipynb"]


def test_bombs_are_refused_and_cost_only_themselves(
    gather: Collect, tmp_path: Path, notebook: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_FILE", 1_000_000)
    result = gather({
        moodle("Eve", 1): b"\0" * 5_000_000, moodle("Ada", 2): notebook,
        moodle("Bob", 3): os.urandom(2_000_000),
    })  # fmt: skip
    assert there(tmp_path) == ["2/ps2/ps2.ipynb"]
    assert "swells too much when unpacked: refused" in said(result)
    assert "more than 1 MB, too large for a notebook" in said(result)
    monkeypatch.setattr(archive, "MAX_TOTAL", 1000)
    with pytest.raises(LmsError, match="would unpack to more than"):
        gather({moodle("Ada", 2): notebook})
    monkeypatch.setattr(archive, "MAX_FILES", 0)
    with pytest.raises(LmsError, match="has 1 files, more than a class hands in"):
        gather({moodle("Ada", 2): notebook})


def test_a_size_that_lies_is_no_way_in(
    gather: Collect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_FILE", 1_000_000)
    path = zipped(tmp_path / "lie.zip", {moodle("Eve", 1): b"\0" * 5_000_000})
    data = path.read_bytes().replace(struct.pack("<L", 5_000_000), struct.pack("<L", 100))
    path.write_bytes(data)
    result = gather(path)
    assert there(tmp_path) == []
    assert "damaged in the zip" in said(result)


def test_damaged_and_locked_zips(gather: Collect, tmp_path: Path, notebook: bytes) -> None:
    path = zipped(tmp_path / "cut.zip", {moodle("Ada", 1): notebook})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(LmsError, match="neither a folder nor a zip that can be read"):
        gather(path)
    path = zipped(tmp_path / "flip.zip", {moodle("Ada", 1): notebook, moodle("Bob", 2): notebook})
    data = bytearray(path.read_bytes())
    data[200:220] = bytes(20)
    path.write_bytes(data)
    assert "damaged in the zip" in said(gather(path))
    assert there(tmp_path) == ["2/ps2/ps2.ipynb"]
    data = bytearray(zipped(tmp_path / "pw.zip", {moodle("Cy", 3): notebook}).read_bytes())
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(LmsError, match=r"holds no files that can be read: .*needs a password"):
        gather(path)
    with pytest.raises(LmsError, match="there is no"):
        gather(tmp_path / "none.zip")


@pytest.mark.parametrize("name", ["a/../b", "a\nb", "x" * 200])
def test_an_id_that_is_no_folder_s_name_is_left_out(
    gather: Collect, tmp_path: Path, notebook: bytes, name: str
) -> None:
    rest = "+ps2+2026-11-18 20:05:00 UTC/ps2.ipynb"
    gather({f"{name}{rest}": notebook, f"b{rest}": notebook})
    assert [n for n in there(tmp_path) if "ipynb" in n] == ["b/ps2/ps2.ipynb"]


# -- again, and half way ---------------------------------------------------------------------------


def test_what_is_there_is_kept_and_replaced_only_if_asked(
    gather: Collect, tmp_path: Path, notebook: bytes
) -> None:
    one, two = answered(notebook, "one"), answered(notebook, "two")
    assert gather({moodle("Ada", 1): one}).students == {"1": "new"}
    assert gather({moodle("Ada", 1): one}).students == {"1": "unchanged"}
    result = gather({moodle("Ada", 1): two})
    assert result.students == {"1": "kept"}
    assert not result.complete
    assert "1: another version was collected before and is kept; --update" in said(result)
    target = tmp_path / "submitted/1/ps2/ps2.ipynb"
    assert target.read_bytes() == one
    result = gather({moodle("Ada", 1): two}, update=True)
    assert result.students == {"1": "replaced"}
    assert "1: replaced what was collected before" in said(result)
    assert target.read_bytes() == two
    assert {p.name for p in (tmp_path / "submitted").iterdir()} == {"1", ".collecting-ps2.lock"}


def test_a_time_that_becomes_known_is_added(
    gather: Collect, tmp_path: Path, notebook: bytes
) -> None:
    gather({"a_1_2_ps2.ipynb": notebook})
    assert gather({"a_1_2_ps2.ipynb": notebook}, due=DUE).students == {"1": "unchanged"}
    assert there(tmp_path) == ["1/ps2/ps2.ipynb", "1/ps2/timestamp.txt"]
    later = DUE + datetime.timedelta(hours=1)
    assert gather({"a_1_2_ps2.ipynb": notebook}, due=later).students == {"1": "kept"}


@pytest.mark.parametrize("moment", range(6))
def test_stopped_at_any_moment_every_folder_is_whole_and_a_second_run_completes(
    gather: Collect, tmp_path: Path, notebook: bytes, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    class Killed(BaseException):
        pass

    entries = {moodle("A", k): answered(notebook, f"by {k}") for k in range(3)}
    left = [moment]

    def dying(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return function(*arguments)

        return run

    with monkeypatch.context() as patch:
        patch.setattr("ce_lib.grading.lms.collect.stage", dying(place.stage))
        patch.setattr("ce_lib.grading.lms.collect.move", dying(place.move))
        with pytest.raises(Killed):
            gather(entries)
    assert len(there(tmp_path)) == max(0, moment - 3)
    for name in there(tmp_path):
        text = (tmp_path / "submitted" / name).read_text()
        assert f"by {name[0]}" in text
    (tmp_path / "submitted/.collecting-ps2-left").mkdir()  # as a power cut would leave it
    gather(entries)
    assert there(tmp_path) == [f"{k}/ps2/ps2.ipynb" for k in range(3)]
    assert not (tmp_path / "submitted/.collecting-ps2-left").exists()


def test_two_at_once_and_a_place_that_cannot_be_written(
    gather: Collect, tmp_path: Path, notebook: bytes
) -> None:
    (tmp_path / "submitted").mkdir()
    with place.alone(tmp_path / "submitted", "ps2"), pytest.raises(LmsError, match="another run"):
        gather({moodle("Ada", 1): notebook})
    (tmp_path / "submitted/1").write_text("a file where a folder should be")
    with pytest.raises(LmsError, match=r"cannot be written: .*run this again"):
        gather({moodle("Ada", 1): notebook})


def test_an_unknown_set_is_refused(root: Path, tmp_path: Path) -> None:
    with pytest.raises(LmsError, match="no problem set 'ps9': exercises/ has ps1, ps2"):
        collect(root, "ps9", tmp_path, tmp_path / "submitted")


# -- times -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("Wednesday, 18 November 2026, 9:05 PM", 21), ("Wednesday, 18 November 2026, 12:05 AM", 0),
        ("Wednesday, November 18, 2026, 12:05 PM", 12), ("Mittwoch, 18. November 2026, 21:05", 21),
        ("mercredi 18 novembre 2026, 21:05", 21), ("miércoles, 18 de noviembre de 2026, 21:05", 21),
        ("2026-11-18 21:05", 21), ("2026-11-18T21:05:30", 21), ("18 Nov 2026, 9:05 p.m.", 21),
        ("onsdag, 18 november 2026, 21:05", 21), ("keskiviikko, 18. marraskuuta 2026, 21.05", 21),
    ],
)  # fmt: skip
def test_moodles_times_in_its_languages(text: str, hour: int) -> None:
    wanted = datetime.datetime(2026, 11, 18, hour, 5, tzinfo=BERLIN)
    assert parse_date(text, BERLIN) == wanted


@pytest.mark.parametrize(
    "text",
    ["", "-", "3/4/2026, 21:05", "18 November 2026", "31 February 2026, 10:00", "18 Foo 2026, 9:05",
     "Wednesday, 18 November 2026, 13:05 PM", "18 November 2026, 29:05", "May March 1 2026, 1:00"],
)  # fmt: skip
def test_a_time_that_is_not_understood_is_none(text: str) -> None:
    assert parse_date(text, BERLIN) is None


def test_a_time_on_the_list_that_is_not_understood_is_said(files: Path, tmp_path: Path) -> None:
    text = (files / "moodle-worksheet-en.csv").read_text("utf-8")
    path = tmp_path / "list.csv"
    path.write_text(text.replace("Wednesday, 18 November 2026, 8:10 PM", "3/4/2026 8:10 PM"))
    (finding,) = read_roster(path).findings
    assert "line 2: '3/4/2026 8:10 PM' is no time that is understood: whether ada" in str(finding)


def test_a_zone_that_does_not_exist() -> None:
    with pytest.raises(LmsError, match="no time zone 'Mars/Olympus'"):
        zone_named("Mars/Olympus")
    assert zone_named("") is not None


@given(st.lists(st.text(max_size=20), max_size=4))
def test_no_file_name_brings_the_reader_down(names: list[str]) -> None:
    files = [archive.File(tuple(n.split("/")), bytes) for n in names]
    good = archive.File(("Ada_1_assignsubmission_file_", "ps2.ipynb"), bytes)
    lms, handed, strange = recognise([good, *files], "ps2")
    assert len(handed) + len(strange) == len(names) + 1
    assert lms == "moodle" or len(handed) > 1
