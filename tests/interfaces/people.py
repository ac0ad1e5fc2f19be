"""What a student and an instructor do in JupyterLab, click by click."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any

__all__ = ["Instructor", "Student"]

TOKEN = "a-token"
#: Times that a menu is opened until it has its entries, on a machine with other work.
TRIES = 12


class Somebody:
    """A person at a browser, with a JupyterLab of their own."""

    def __init__(self, browser: Any, address: str, name: str, picture: Callable[..., None]) -> None:
        self.address, self.name = address, name
        self._picture, self._count = picture, 0
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.outside: list[str] = []  # requests that leave this machine: none gets through
        self.context.route(re.compile(r"^https?://(?!localhost|127\.0\.0\.1)"), self._refuse)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)

    def _refuse(self, route: Any) -> None:
        self.outside.append(route.request.url)
        route.abort()

    def picture(self, what: str, page: Any = None, **options: Any) -> None:
        self._count += 1
        (page or self.page) and self._picture(
            page or self.page, f"{self.name}-{self._count:02}-{what}", **options
        )

    def open_lab(self) -> None:
        self.page.goto(f"{self.address}lab?token={TOKEN}")
        self.page.get_by_role("menuitem", name="Nbgrader").wait_for()

    def menu(self, entry: str) -> None:
        item = self.page.locator(".lm-Menu-item").filter(has_text=re.compile(f"^{entry}\\s*$"))
        # a menu that is opened before its commands are there does not get them while it is open
        for _ in range(TRIES):
            self.page.get_by_role("menuitem", name="Nbgrader").click()
            with contextlib.suppress(Exception):
                item.wait_for(timeout=5_000)
                break
            self.page.keyboard.press("Escape")
        item.click()

    def menu_entries(self) -> list[str]:
        self.page.get_by_role("menuitem", name="Nbgrader").click()
        items = self.page.locator(".lm-Menu-item:visible").all_inner_texts()
        self.page.keyboard.press("Escape")
        return [text.strip() for text in items if text.strip()]


class Student(Somebody):
    """Works through the assignment list."""

    def assignments(self) -> None:
        self.menu("Assignment List")
        self.page.locator("#nbgrader-assignment-list").wait_for()
        self.page.locator("#submitted_assignments_list_loading").wait_for(state="hidden")

    def refresh(self) -> None:
        self.page.get_by_role("tab", name="Assignments").click()
        with self.page.expect_response(re.compile(r"/assignments\?")):
            self.page.locator("#refresh_assignments_list").click()

    def fetch(self, name: str) -> None:
        released = self.page.locator("#released_assignments_list .list_item", has_text=name)
        released.get_by_role("button", name="Fetch").click()
        self.downloaded(name).wait_for()

    def downloaded(self, name: str) -> Any:
        return self.page.locator("#fetched_assignments_list .list_item", has_text=name).first

    def open_notebook(self, name: str) -> None:
        self.downloaded(name).locator("a", has_text=name).first.click()
        link = self.page.locator(
            "#fetched_assignments_list .collapse a, #fetched_assignments_list .panel-collapse a"
        )
        link.filter(has_text=name).first.click()
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        self.page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()

    def cell(self, text: str) -> Any:
        return self.page.locator(".jp-Notebook .jp-Cell").filter(has_text=text).first

    def type_into(self, cell: Any, text: str) -> None:
        """Replace what stands in a code cell, key by key."""
        cell.scroll_into_view_if_needed()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def write_last(self, old: str, text: str) -> None:
        """Replace what stands in the last cell, a text cell, by other text."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("End")  # cells far off are not in the page
        cell = self.page.locator(".jp-Notebook .jp-MarkdownCell").filter(has_text=old)
        cell.click()
        self.page.keyboard.press("Enter")
        self.page.locator(".jp-Notebook.jp-mod-editMode").wait_for()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Control+Enter")
        self.page.locator(".jp-RenderedMarkdown").filter(has_text=text).wait_for()

    def validate(self) -> str:
        """Press *Validate* and return what the dialog says."""
        self.page.get_by_role("button", name="Validate").click()
        dialog = self.page.locator(".jp-Dialog")
        dialog.wait_for(timeout=120_000)
        return str(dialog.inner_text())

    def close_dialog(self) -> None:
        self.page.locator(".jp-Dialog .jp-Dialog-footer button").last.click()
        self.page.locator(".jp-Dialog").wait_for(state="detached")

    def save(self) -> None:
        with self.page.expect_response(
            lambda response: "/api/contents/" in response.url and response.request.method == "PUT"
        ):
            self.page.keyboard.press("Control+s")

    def submit(self, name: str) -> None:
        self.page.get_by_role("tab", name="Assignments").click()
        self.downloaded(name).get_by_role("button", name="Submit").click()
        self.submitted(name).wait_for()

    def submitted(self, name: str) -> Any:
        return self.page.locator("#submitted_assignments_list .list_item", has_text=name).first

    def feedback(self, name: str) -> Any:
        """Fetch what came back and open it; return the page in its frame."""
        self.submitted(name).get_by_role("button", name="Fetch Feedback").click()
        self.page.get_by_text("(view feedback)").first.click()
        # it leads to the folder in the file browser
        listed = self.page.locator(".jp-DirListing-item", has_text=f"{name}.html")
        listed.dblclick()
        return self.page.frame_locator(".jp-HTMLViewer iframe")


class Instructor(Somebody):
    """Works in formgrader."""

    def formgrader(self) -> None:
        self.page.goto(f"{self.address}formgrader/manage_assignments")
        self.row("ps2").wait_for()

    def row(self, name: str) -> Any:
        link = self.page.get_by_role("link", name=name, exact=True)
        return self.page.locator("tr", has=link)

    def done(self) -> str:
        """What the dialog says after an action, which must be a success; it is closed."""
        dialog = self.page.locator(".modal")
        dialog.locator(".modal-title").wait_for(timeout=120_000)
        text = str(dialog.inner_text())
        assert "Success" in text, text
        dialog.get_by_role("button", name="OK").click()
        dialog.wait_for(state="detached")
        return text

    def do(self, row: Any, action: str) -> str:
        """Click an action of a row: assign, release, collect, autograde, generate-feedback …"""
        row.locator(f".{action} a").click()
        return self.done()

    def submissions(self, name: str) -> None:
        self.page.goto(f"{self.address}formgrader/manage_submissions/{name}")
        self.page.locator("#main-table .student-id").first.wait_for()

    def submission(self, student: str) -> Any:
        return self.page.locator("tr", has=self.page.locator(".student-id", has_text=student))

    def look_at(self, name: str, student: str) -> None:
        """Open a submission in the view for grading by hand."""
        self.page.goto(f"{self.address}formgrader/manage_students/{student}/{name}")
        self.page.get_by_role("link", name=name).last.click()
        self.page.locator(".score.tabbable").first.wait_for()

    def grade_by_hand(self, name: str, student: str, points: dict[str, float], say: str) -> None:
        """Give points to answers, and a comment to the last of them."""
        self.look_at(name, student)
        for cell, number in points.items():
            self.page.locator(f"#{cell}.needs_manual_grade").wait_for()
            field = self.page.locator(f"#{cell}")
            with self._saved("grade"):
                field.fill(str(number))
                field.blur()
        comment = self.page.locator(f"#{cell}-comment")
        with self._saved("comment"):
            comment.fill(say)
            comment.blur()
        comment.scroll_into_view_if_needed()
        self.picture("by-hand")

    def _saved(self, what: str) -> Any:
        return self.page.expect_response(
            lambda response: (
                f"/formgrader/api/{what}/" in response.url and response.request.method == "PUT"
            )
        )
