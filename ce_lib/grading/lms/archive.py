"""A folder or a zip of an LMS, read without trusting it.

Nothing is ever unpacked to the places that a zip names: files are read into memory, within bounds,
and written under names of our own. So a path that leads out of the folder, a link, or a file that
swells a thousandfold is refused here, with its reason, and the rest is read.
"""

from __future__ import annotations

import io
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .findings import Finding, LmsError

__all__ = ["MAX_FILE", "File", "files", "files_in_zip"]

#: Bytes of one file; the grader takes no notebook larger than 20 million.
MAX_FILE = 20_000_000
#: Bytes that are unpacked in all, and files in one zip.
MAX_TOTAL = 20_000_000_000
MAX_FILES = 200_000
#: A text shrinks to a tenth, a bomb to a thousandth.
MAX_RATIO = 200

JUNK = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints"})


class TooLarge(Exception):
    """A file swells beyond its bounds while it is read."""


@dataclass(frozen=True)
class File:
    """One file: where it lies, and a function that reads it within bounds.

    Reading raises LmsError, with a reason, if it is damaged or too large.
    """

    parts: tuple[str, ...]
    read: Callable[[], bytes]

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def path(self) -> str:
        return "/".join(self.parts)


def files(source: Path) -> tuple[list[File], list[Finding]]:
    """The files of a folder or zip, and what was refused.

    Raises
    ------
    LmsError
        If it is neither, or cannot be read.
    """
    if source.is_dir():
        return _of_folder(source)
    if not source.exists():
        raise LmsError(f"there is no {source}")
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise LmsError(
            f"{source} is neither a folder nor a zip that can be read ({error}): download it again"
        ) from error
    return _of_zip(archive, source.name)


def files_in_zip(data: bytes, name: str) -> tuple[list[File], list[Finding]]:
    """The files of a zip that lies in memory, as `files`."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        return [], [Finding(f"a zip that cannot be read ({error})", name)]
    return _of_zip(archive, name)


def _of_folder(source: Path) -> tuple[list[File], list[Finding]]:
    found: list[File] = []
    refused: list[Finding] = []
    for folder, folders, names in os.walk(source):
        folders[:] = sorted(name for name in folders if name not in JUNK)
        here = Path(folder)
        for name in sorted([*names, *(f for f in folders if (here / f).is_symlink())]):
            path = here / name
            if name in JUNK:
                continue
            parts = tuple(_named(part) for part in path.relative_to(source).parts)
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                found.append(File(parts, _reader(path)))
            else:
                what = "a link" if stat.S_ISLNK(mode) else "no ordinary file"
                refused.append(Finding(f"{what}: not followed", "/".join(parts)))
    return found, refused


def _reader(path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | os.O_NONBLOCK)
            with open(handle, "rb") as file:
                return _bounded(file)
        except TooLarge as error:
            raise LmsError(str(error)) from error
        except OSError as error:
            raise LmsError(f"cannot be read ({error.strerror})") from error

    return read


def _bounded(file: IO[bytes]) -> bytes:
    data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise TooLarge(
            f"more than {MAX_FILE // 1_000_000} MB, too large for a notebook: ask for it again "
            "with its outputs cleared"
        )
    return data


def _of_zip(archive: zipfile.ZipFile, name: str) -> tuple[list[File], list[Finding]]:
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise LmsError(f"{name} has {len(entries)} files, more than a class hands in: refused")
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise LmsError(f"{name} would unpack to more than {MAX_TOTAL // 10**9} GB: refused")
    found: list[File] = []
    refused: list[Finding] = []
    for entry in entries:
        full = _named(_entry_name(entry))
        parts = tuple(part for part in full.replace("\\", "/").split("/") if part not in ("", "."))
        if entry.is_dir() or not parts or JUNK & set(parts):
            continue
        if reason := _reason(entry, full, parts):
            refused.append(Finding(f"{reason}: refused", full))
        else:
            found.append(File(parts, _unpacker(archive, entry)))
    return found, refused


def _reason(entry: zipfile.ZipInfo, full: str, parts: tuple[str, ...]) -> str:
    """Why this entry is not read; empty if it is."""
    if full.startswith(("/", "\\")) or ".." in parts or parts[0][1:2] == ":":
        return "a path that leads out of its folder"
    kind = entry.external_attr >> 16
    if kind and stat.S_IFMT(kind) not in (0, stat.S_IFREG):
        return "a link or device, no file"
    if entry.flag_bits & 1:
        return "needs a password"
    if entry.file_size > MAX_FILE and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        return "swells too much when unpacked"
    return ""


def _unpacker(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(entry) as file:
                return _bounded(file)  # the size that the zip states may be a lie
        except TooLarge as error:
            raise LmsError(str(error)) from error
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError,
                OSError, ValueError) as error:  # fmt: skip
            raise LmsError(f"damaged in the zip ({error}): download it again") from error

    return read


def _entry_name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & 0x800:
        return entry.filename
    # not marked as UTF-8, so zipfile took it for code page 437; most programs write UTF-8 anyway
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _named(name: str) -> str:
    """One form for each accent: macOS writes two characters where others write one."""
    name = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return unicodedata.normalize("NFC", name)
