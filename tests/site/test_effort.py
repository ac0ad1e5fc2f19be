"""Minutes and points are shown as the problem sets and the chapters say them."""

from __future__ import annotations

import pytest

from ce_lib.site.build import SiteError, build_site
from ce_lib.site.effort import effort


@pytest.fixture
def course(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "one.md").write_text("**Time:** about 40 minutes, and so on.", "utf-8")
    (tmp_path / "book" / "two.md").write_text("# Two\n", "utf-8")
    folder = tmp_path / "solutions" / "ps7"
    folder.mkdir(parents=True)
    (folder / "ps7.md").write_text("**26 points, about 80 minutes.** It goes.", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ps7", "80 minutes, 26 points"),
        ("ps7 minutes", "80"),
        ("ps7 points", "26"),
        ("one", "40"),
    ],
)
def test_what_is_said_is_shown(course, text, shown):
    assert effort(course, text)[0] == shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ps8", "no problem set and no chapter 'ps8'"),
        ("ps7 marks", "ps7 has no 'marks'"),
        ("one points", "one has no 'points'"),
        ("two", "book/two.md does not say how long"),
    ],
)
def test_what_nobody_says_is_refused(course, text, said):
    with pytest.raises(ValueError, match=said):
        effort(course, text)


@pytest.mark.slow
def test_the_build_stops_at_a_wrong_name(tmp_path, make_book):
    with pytest.raises(SiteError, match="no problem set and no chapter 'ps9'"):
        build_site(make_book(tmp_path, {"index": "# Book\n\n{effort}`ps9`\n"}))
