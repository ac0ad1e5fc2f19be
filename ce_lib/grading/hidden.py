"""Which part of a test is hidden from students, so that what it finds can be kept from them, too.

Students see that a hidden check failed, and the hint of the mistake that it points to; neither its
inputs nor what was expected. The grader's own record has all of it.
"""

from __future__ import annotations

import ast
from typing import Any

from ce_lib.checks import Check

__all__ = ["BEHIND", "HIDDEN", "behind", "hidden_lines", "mark_hidden"]

#: The name under which a marked test finds `behind`.
BEHIND = "__behind__"

#: In an output's metadata: not for the student.
HIDDEN = "hidden"


def hidden_lines(source: str) -> frozenset[int]:
    """The numbers of the lines between nbgrader's marks of hidden tests."""
    found, inside = set(), False
    for number, line in enumerate(source.splitlines(), start=1):
        if "### BEGIN HIDDEN TESTS" in line:
            inside = True
        elif "### END HIDDEN TESTS" in line:
            inside = False
        elif inside:
            found.add(number)
    return frozenset(found)


def mark_hidden(tree: ast.Module, lines: frozenset[int]) -> ast.Module:
    """Let every method of a chain of checks be told whether it stands in hidden lines."""
    if lines:
        ast.fix_missing_locations(_Mark(lines).visit(tree))
    return tree


class _Mark(ast.NodeTransformer):
    def __init__(self, lines: frozenset[int]) -> None:
        self._lines = lines

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute):
            hidden = ast.Constant(node.func.end_lineno in self._lines)
            name = ast.Name(BEHIND, ast.Load())
            marked = ast.Call(name, [node.func.value, hidden], [])
            node.func.value = ast.copy_location(marked, node.func.value)
        return node


def behind(thing: Any, hidden: bool) -> Any:
    """Tell a check whether its next method is hidden; anything else is left alone."""
    return thing.hidden(hidden) if type(thing) is Check else thing
