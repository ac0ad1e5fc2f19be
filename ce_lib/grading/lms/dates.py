"""Moodle's times, such as ``Wednesday, 18 November 2026, 9:05 PM``, in the languages of Moodle."""

from __future__ import annotations

import datetime
import functools
import re
import unicodedata
import zoneinfo

from .findings import LmsError

__all__ = ["parse_date", "zone_named"]

#: The languages whose months are understood.
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "ca")

TIME = re.compile(r"(\d{1,2})[:.h](\d{2})(?:[:.]\d{2})?\s*([ap])?\.?m?\.?", re.IGNORECASE)
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


@functools.cache
def _months() -> dict[str, int]:
    from babel import Locale

    found: dict[str, int] = {}
    for language in LANGUAGES:
        months = Locale.parse(language).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, word in months[form][width].items():
                    found.setdefault(_plain(word), number)
    return found


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold().rstrip(".")


def parse_date(text: str, zone: datetime.tzinfo) -> datetime.datetime | None:
    """A time in UTC, from one in ``zone``; None if it is not understood.

    A month has to be named: what day 3/4/2026 is depends on who wrote it.
    """
    clock = TIME.search(text)
    if clock is None:
        return None
    hour, minute = int(clock[1]), int(clock[2])
    if half := (clock[3] or "").lower():
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    rest = text[: clock.start()] + " " + text[clock.end() :]
    if iso := ISO.search(rest):
        year, month, day = (int(part) for part in iso.groups())
    else:
        months = {_months()[w] for w in map(_plain, re.findall(r"[^\W\d_]+\.?", rest))
                  if w in _months()}  # fmt: skip
        numbers = [int(n) for n in re.findall(r"\d+", rest)]
        if len(months) != 1 or len(numbers) != 2:
            return None
        year, day = max(numbers), min(numbers)
        month = months.pop()
    try:
        return datetime.datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(
            datetime.UTC
        )
    except (ValueError, OverflowError):
        return None


def zone_named(name: str) -> datetime.tzinfo:
    """A time zone such as ``Europe/Berlin``; this machine's if the name is empty.

    Raises
    ------
    LmsError
        If there is none of this name.
    """
    if not name:
        return datetime.datetime.now().astimezone().tzinfo or datetime.UTC
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise LmsError(f"no time zone {name!r}: give one such as Europe/Berlin or UTC") from None
