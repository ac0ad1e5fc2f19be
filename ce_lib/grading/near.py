"""What every part of a problem set may use of the library lies in the sandbox, beside the student.

A training loop that asked the judge at each step would spend longer on the way than on the answer,
and where no part is refused there is nothing to ask. Of each module only the definitions that these
functions need come along, so nothing that a student is asked to write does.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import types
from collections.abc import Iterable

from .library import library_object

__all__ = ["near_sources"]

PACKAGE = "ce_lib"
#: What mathematics needs from elsewhere; a function that needs more, such as a file, stays outside.
HARMLESS = {"__future__", "collections.abc", "functools", "math", "numpy", "typing"}


class _Outside(Exception):
    """A definition needs what cannot come along."""


def near_sources(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Files of a package that defines these functions of the library, as (file name, text).

    Parameters
    ----------
    names : iterable of str
        Names of ``ce_lib``. What is no function, or needs more than arithmetic, is left out.

    Returns
    -------
    tuple
        Empty if nothing is left. Its ``__init__.py`` maps paths below ``ce_lib`` to functions, by
        the name ``NEAR``.
    """
    kept: dict[str, set[str]] = {}
    entries = {}
    for name in sorted(names):
        found = library_object(name)
        if not isinstance(found, types.FunctionType):
            continue
        module = found.__module__.removeprefix(f"{PACKAGE}.")
        try:
            more = _closure(module, found.__name__)
        except _Outside:
            continue
        for part, needed in more.items():
            kept.setdefault(part, set()).update(needed)
        entries[name] = entries[f"{module}.{found.__name__}"] = f"{module}.{found.__name__}"
    if not entries:
        return ()
    files = {f"{module}.py": _reduced(module, needed) for module, needed in kept.items()}
    modules = sorted({target.partition(".")[0] for target in entries.values()})
    table = ", ".join(f"{path!r}: {target}" for path, target in sorted(entries.items()))
    files["__init__.py"] = f"from . import {', '.join(modules)}\n\nNEAR = {{{table}}}\n"
    return tuple(sorted(files.items()))


def _closure(module: str, name: str) -> dict[str, set[str]]:
    """By module, the names at top level that a definition needs, its own among them."""
    found: dict[str, set[str]] = {}
    waiting = [(module, name)]
    while waiting:
        module, name = waiting.pop()
        if name in found.setdefault(module, set()):
            continue
        found[module].add(name)
        top = _top(module)
        statement = top[name]
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            used = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
            waiting += [(module, other) for other in used if other in top]
        elif (source := _imported_from(statement)).partition(".")[0] != PACKAGE:
            if source not in HARMLESS:
                raise _Outside(source)
        elif source == PACKAGE:  # a whole module
            raise _Outside(name)
        else:
            original = next(a.name for a in statement.names if (a.asname or a.name) == name)
            waiting.append((source.removeprefix(f"{PACKAGE}."), original))
    return found


def _imported_from(statement: ast.Import | ast.ImportFrom) -> str:
    if isinstance(statement, ast.ImportFrom):
        return statement.module or ""
    return statement.names[0].name


@functools.cache
def _tree(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(importlib.import_module(f"{PACKAGE}.{module}")))


@functools.cache
def _top(module: str) -> dict[str, ast.stmt]:
    """What binds each name at the top level of a module."""
    found: dict[str, ast.stmt] = {}
    for statement in _tree(module).body:
        for name in _bound(statement):
            found[name] = statement
    return found


def _bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in statement.names]
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
    return []


def _reduced(module: str, needed: set[str]) -> str:
    """A module's source with only these names in it."""
    body: list[ast.stmt] = []
    for statement in _tree(module).body:
        future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not future and not needed & set(_bound(statement)):
            continue
        if isinstance(statement, ast.ImportFrom) and not future:
            aliases = [a for a in statement.names if (a.asname or a.name) in needed]
            source = statement.module or ""
            inside = source.startswith(f"{PACKAGE}.")
            source = source.removeprefix(f"{PACKAGE}.") if inside else source
            body.append(ast.ImportFrom(source, aliases, level=1 if inside else 0))
        else:
            body.append(statement)
    return ast.unparse(ast.fix_missing_locations(ast.Module(body, []))) + "\n"
