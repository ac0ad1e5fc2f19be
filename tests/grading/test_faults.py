"""Power cuts, full disks and impatient colleagues: nothing is lost, nothing is done twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from ce_lib.grading import engine
from ce_lib.grading.grade import grade_class
from ce_lib.grading.outputs import OutputError, write_whole
from ce_lib.grading.sample_class import make_class
from ce_lib.grading.sandbox import SandboxError

from . import faults

pytestmark = [
    pytest.mark.slow,
    pytest.mark.walled,
]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small class, and where an undisturbed run put its grades."""
    folder = tmp_path_factory.mktemp("calm")
    make_class(faults.ROOT, "ps2", folder / "in", 8)
    done = faults.finish(folder / "in", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder / "in", folder / "out"


def test_kills_at_random_moments_change_nothing(tmp_path: Path) -> None:
    undisturbed, disturbed, kills = faults.torment(5, tmp_path, size=6)
    assert kills >= 5
    assert disturbed == undisturbed


def test_the_comparison_would_notice(calm: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(calm[1], tmp_path / "out")
    assert faults.state(tmp_path / "out") == faults.state(calm[1])
    next((tmp_path / "out").glob("feedback/*/ps2/*.html")).write_text("half a pa")
    assert faults.state(tmp_path / "out") != faults.state(calm[1])


def test_a_second_run_has_nothing_to_do(calm: tuple[Path, Path]) -> None:
    before = faults.state(calm[1])
    done = faults.finish(*calm)
    assert "8 were up to date" in done.stdout
    assert faults.state(calm[1]) == before


def test_a_lost_page_is_made_again(calm: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(calm[1], tmp_path / "out")
    next((tmp_path / "out").glob("feedback/*/ps2/*.html")).unlink()
    assert "7 were up to date" in faults.finish(calm[0], tmp_path / "out").stdout
    assert faults.state(tmp_path / "out") == faults.state(calm[1])


def test_what_a_killed_run_half_wrote_is_cleared_away(
    calm: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(calm[1], out)
    pages = (*out.glob("*/*/ps2/ps2.*"), *out.glob("reports/ps2/*"))
    assert {page.relative_to(out).parts[0] for page in pages} == {
        "submitted", "autograded", "feedback", "reports",
    }  # fmt: skip
    for page in pages:
        page.with_name(f".{page.name}.12345.partial").write_text("half")
    faults.finish(calm[0], out)
    assert faults.state(out) == faults.state(calm[1])
    assert not list(out.rglob("*.partial"))


def test_two_graders_at_once(calm: tuple[Path, Path], tmp_path: Path) -> None:
    first = faults.start(calm[0], tmp_path / "out")
    lock = tmp_path / "out" / ".grading-ps2.lock"
    while not (lock.exists() and lock.read_text()):
        assert first.poll() is None
    first.send_signal(signal.SIGSTOP)  # or it may be done before the second has begun
    second = faults.finish(calm[0], tmp_path / "out")
    first.send_signal(signal.SIGCONT)
    assert second.returncode == 1
    assert f"another run (process {first.pid}) is grading ps2" in second.stderr
    assert first.wait() == 0
    assert faults.state(tmp_path / "out") == faults.state(calm[1])


#: A file system of 600 KB; the grades of eight submissions take some 800 KB.
SMALL_DISK = """
mount -t tmpfs -o size=600k tmpfs "$1" || exit 90
shift
"$@" && exit 91
mount -o remount,size=100m "$OLDPWD" 2>/dev/null || mount -o remount,size=100m "$DISK" || exit 92
mount -o remount,ro "$DISK" || exit 93
"$@" && exit 94
mount -o remount,rw "$DISK" || exit 95
"$@" || exit 96
cp -r "$DISK" "$KEPT"
"""


def test_a_full_disk_and_a_read_only_one_stop_the_run_until_mended(
    calm: tuple[Path, Path], tmp_path: Path
) -> None:
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    enter = ["unshare", "-m"] if os.getuid() == 0 else ["unshare", "-Urm"]
    done = subprocess.run(
        [*enter, "sh", "-c", SMALL_DISK, "sh", str(disk), *faults.command(calm[0], disk)],
        cwd=faults.ROOT, capture_output=True, text=True, check=False,
        env={**faults.environment(), "DISK": str(disk), "KEPT": str(kept)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "No space left on device" in done.stderr or "disk is full" in done.stderr
    assert "Read-only file system" in done.stderr or "readonly database" in done.stderr
    assert "run this again" in done.stderr
    assert faults.state(kept) == faults.state(calm[1])


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_same_verdict_whatever_the_order_and_the_workers(
    calm: tuple[Path, Path], tmp_path: Path, jobs: int
) -> None:
    submitted, first = calm
    students = sorted((path.name for path in submitted.iterdir()), reverse=jobs == 1)
    grade_class(faults.ROOT, "ps2", submitted, tmp_path, students=students, jobs=jobs)
    assert faults.state(tmp_path) == faults.state(first)


def test_any_executor_will_do(calm: tuple[Path, Path], tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as executor:
        grade_class(faults.ROOT, "ps2", calm[0], tmp_path, executor=executor)
        executor.submit(engine.close).result()
    assert faults.state(tmp_path) == faults.state(calm[1])


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "page").write_text("old")
    write_whole(tmp_path / "page", b"new")
    assert (tmp_path / "page").read_text() == "new"
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        write_whole(tmp_path / "file" / "page", b"new")
    assert list(tmp_path.rglob("*.partial")) == []


def test_without_bubblewrap_nothing_is_run(
    calm: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    with pytest.raises(SandboxError, match=r"apt-get install bubblewrap.*--sandbox=none"):
        grade_class(faults.ROOT, "ps2", calm[0], tmp_path)
    assert not list(tmp_path.glob("autograded/*"))


def test_without_a_sandbox_by_name_only_and_said_in_the_report(
    calm: tuple[Path, Path], tmp_path: Path
) -> None:
    graded = grade_class(faults.ROOT, "ps2", calm[0], tmp_path, sandbox="none", jobs=1)
    assert "behind no wall" in graded.report.read_text("utf-8")
    here, there = faults.state(tmp_path), faults.state(calm[1])
    assert here["grades"] == there["grades"]
    with pytest.raises(SandboxError, match="no sandbox 'chroot'"):
        grade_class(faults.ROOT, "ps2", calm[0], tmp_path, sandbox="chroot")


def test_breaking_executors_are_named() -> None:
    """The pool relies on this: a killed process breaks the executor, and nothing else does."""
    from concurrent.futures.process import BrokenProcessPool

    assert issubclass(BrokenProcessPool, BrokenExecutor)
