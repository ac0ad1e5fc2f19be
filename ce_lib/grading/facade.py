"""The `ce_lib` that a submission meets at grading: every function of it asks the judge.

Inside the sandbox this file lies at ``ce_lib/__init__.py``. The library itself stays outside, so no
submission can look up there what it is asked to write, and the judge can say which of its functions
a part of the problem set may use. Only what every part may use lies here too (see `near`).
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Callable
from typing import Any

#: Set by the worker: (path, what, args, kwargs) -> what the judge answers.
ask: Callable[..., Any] | None = None

#: What lies here as a file and is imported as ever.
HERE = tuple(
    f"ce_lib.{name}"
    for name in ("behaviour", "checks", "choice", "differences", "grading", "near", "offered")
)
#: What a cell may import, so that it runs to its end, but not use: only tests call these.
HOLLOW = ("ce_lib.plotting", "ce_lib.proof", "ce_lib.site")


#: Functions that lie here, and those asked for before; what these return is asked each time.
_known: dict[str, Any] = {}


def _lookup(path: str) -> Any:
    if path in _known:
        return _known[path]
    if ask is None:
        raise AttributeError(path)
    kind, value = ask(path, "describe", (), {})
    if kind == "missing":
        raise AttributeError(f"module 'ce_lib' has no attribute {path!r}")
    if kind == "value":
        return value
    if kind == "module":
        return importlib.import_module(f"ce_lib.{path}")

    def function(*args: Any, **kwargs: Any) -> Any:
        assert ask is not None
        return ask(path, "call", args, kwargs)

    function.__name__ = function.__qualname__ = path.rpartition(".")[2]
    function.__doc__ = value
    _known[path] = function
    return function


def _hollow(path: str) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(f"{path} is not available at grading")

    return function


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(f"module 'ce_lib' has no attribute {name!r}")
    return _lookup(name)


class _Submodules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Make ``from ce_lib.logistic import sigmoid`` ask the judge, too."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if not name.startswith("ce_lib.") or name.startswith(HERE) or ask is None:
            return None
        if name.startswith(HOLLOW):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        try:
            kind, _ = ask(name.removeprefix("ce_lib."), "describe", (), {})
        except Exception:
            return None
        if kind != "module":
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        prefix = module.__name__.removeprefix("ce_lib.")

        def lookup(name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            if module.__name__.startswith(HOLLOW):
                return _hollow(f"{module.__name__}.{name}")
            return _lookup(f"{prefix}.{name}")

        module.__getattr__ = lookup  # type: ignore[method-assign]


def install() -> None:
    """Let the library's names, and those of its modules, be asked for."""
    _known.update(importlib.import_module("ce_lib.near").NEAR)
    sys.meta_path.insert(0, _Submodules())
