"""Whether a submission's functions could keep what they are called with, and show it later.

A hidden test calls a student's function. If that writes its argument down, in a global list, say, a
later cell of the same notebook can print it, or draw it. Nothing in a process that student code
owns can prevent that, so such a submission is run a second time, in a process of its own in which
no hidden test calls anything, and its page shows what came of that (`ce_lib.grading.witness`).

A second run costs as much as the first, and answers to these problem sets are formulas. So only
code in which a value could outlive a call is run twice: what is not known here to be harmless
counts as keeping. To be wrong in that direction costs milliseconds.
"""

from __future__ import annotations

import ast
import builtins
import functools
import math
import types
from collections.abc import Iterable

import ce_lib

from .problem import Problem

__all__ = ["forgets", "keeps_nothing"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: By which a function reaches out of itself.
_REACHING = (ast.Global, ast.Nonlocal, ast.ClassDef)

_BINDING = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.Import, ast.ImportFrom, ast.ExceptHandler, ast.Match,
)  # fmt: skip

#: What IPython binds in every notebook.
_SHELL = frozenset({"In", "Out", "display", "exit", "get_ipython", "open", "quit"})
_ANYWHERE = _SHELL | frozenset(dir(builtins))

_COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})

#: Modules whose names are all known here or unknown to `_INSIDE`.
_WHOLE = ("math", "numpy", "ce_lib", "matplotlib", "functools")

_MODULES = frozenset({"np", "numpy", "math", "ce", "ce_lib", "functools"})

_BUILTINS = _words(
    "abs all any bool complex dict divmod enumerate filter float frozenset int isinstance len "
    "list map max min pow print range reversed round set slice sorted str sum tuple zip"
) | {
    name for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, Exception)
}  # fmt: skip

#: Of NumPy, its arrays, lists and dictionaries. Not `ndarray`, which shows what lay there before
#: (as `empty` does outside of a worker, see `fresh`), nor anything that sets how NumPy behaves.
_METHODS = _words(
    "abs absolute acos add all allclose amax amin any append apply_along_axis arange arccos "
    "arcsin arctan arctan2 arctanh argmax argmin argsort array array_equal asarray astype at "
    "atleast_1d atleast_2d average bincount bool broadcast_shapes broadcast_to ceil choose clip "
    "column_stack concatenate conj copy copysign cos cosh count cross cumprod cumsum degrees "
    "delete diag diag_indices diagflat diff divide dot dtype e einsum empty empty_like errstate "
    "exp exp2 expand_dims expm1 extend eye fill fill_diagonal finfo flatnonzero flatten float32 "
    "float64 floor fsum full full_like get heaviside hstack hypot identity imag index inf inner "
    "insert int64 inv isclose isfinite isinf isnan items keys kron linalg linspace log log10 "
    "log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or longdouble lstsq matmul "
    "max maximum mean meshgrid min minimum multiply nan nan_to_num nanmax nansum ndenumerate "
    "ndim ndindex negative newaxis nonzero norm ones ones_like outer pi pop power prod "
    "put_along_axis radians ravel real reciprocal reduce repeat reshape reverse round select "
    "shape sign sin sinh size solve sort sqrt square squeeze stack std subtract sum swapaxes T "
    "take take_along_axis tan tanh tensordot tile tolist trace transpose tril triu unique update "
    "values var vdot vectorize vstack where zeros zeros_like"
) | {name for name in vars(math) if not name.startswith("_")}  # fmt: skip

_INSIDE = _MODULES | _BUILTINS | _METHODS | frozenset(ce_lib.__all__)

#: What draws; only where no test calls it.
_DRAWING = _words(
    "annotate axes axhline axis axvline bar barh contour contourf figure fill_between gca gcf "
    "grid hist imshow legend loglog matplotlib plot plt pyplot scatter semilogx semilogy "
    "set_aspect set_title set_xlabel set_xlim set_xscale set_xticks set_ylabel set_ylim "
    "set_yscale set_yticks show step subplot subplots suptitle text tight_layout title xlabel "
    "xlim xscale xticks ylabel ylim yscale yticks"
)


def forgets(problem: Problem, answers: dict[str, str]) -> bool:
    """`keeps_nothing`, of a submission's answers by cell."""
    theirs = [answers[cell.id] for cell in problem.answers.values() if cell.code]
    ours = [cell.source for cell in problem.cells if cell.code and cell.kind == "locked"]
    solutions = [cell for cell in problem.cells if cell.kind == "solution"]
    return keeps_nothing(theirs, ours, frozenset().union(*(cell.names for cell in solutions)))


def keeps_nothing(
    answers: Iterable[str], ours: Iterable[str] = (), called: Iterable[str] = ()
) -> bool:
    """Whether nothing that these functions are called with can outlive the call.

    Parameters
    ----------
    answers : iterable of str
        The code that a student wrote, by cell.
    ours : iterable of str
        The code of the notebook's other cells.
    called : iterable of str
        The names that tests call.
    """
    theirs = [_looked_at(source) for source in answers]
    given = [_looked_at(source) for source in ours]
    if any(cell is None or not cell.harmless for cell in theirs):
        return False
    cells = [cell for cell in (*theirs, *given) if cell is not None]
    functions = frozenset().union(*(cell.functions for cell in cells))
    constants = frozenset().union(*(cell.constants for cell in cells))
    other = frozenset().union(*(cell.other for cell in cells))
    bound = _ANYWHERE.union(*(cell.bound for cell in cells))
    used = frozenset().union(*(cell.inside | cell.outside for cell in cells))
    # a name that stands for nothing ends the call
    nothing = {name for name in used - bound if not name.startswith("_")}
    known = _INSIDE | functions | constants | nothing
    return not other & frozenset(called) and all(
        cell.inside <= known
        and not cell.inside & other
        and cell.outside <= known | other | _DRAWING
        and cell.attributes <= _METHODS | _DRAWING | frozenset(ce_lib.__all__)
        for cell in theirs
        if cell is not None
    )


class _Cell:
    """What a cell binds, and what it names inside its functions and outside of them."""

    def __init__(self, source: str) -> None:
        tree = ast.parse(source)
        self.harmless = True
        self.functions: set[str] = set()
        self.constants: set[str] = set()
        self.other: set[str] = set()  # may be changed by whoever gets hold of it
        self.inside: set[str] = set()
        self.bound = _stored(tree)  # anywhere
        for statement in tree.body:
            self._bound(statement)
        self.constants -= self.other
        self.attributes: set[str] = set()
        for node in ast.walk(tree):
            if type(node) is ast.Attribute:
                self.attributes.add(node.attr)
                self.harmless &= type(node.ctx) is ast.Load
            elif isinstance(node, ast.Import | ast.ImportFrom):
                self.bound |= _imported(node)
            elif type(node) is ast.Call:
                named = {keyword.arg for keyword in node.keywords}
                # where it is not to compute, there lies what lay before
                self.harmless &= "where" not in named or "out" in named
            elif type(node) in _REACHING:
                self.harmless = False
        self.outside: set[str] = set()
        code = compile(tree, "<cell>", "exec")
        self._named(code, self.outside)

    def _named(self, code: types.CodeType, here: set[str]) -> None:
        here.update(code.co_names)
        for inner in code.co_consts:
            if isinstance(inner, types.CodeType):
                comprehension = inner.co_name in _COMPREHENSIONS
                self.harmless &= comprehension or not inner.co_freevars
                self._named(inner, here if comprehension else self.inside)

    def _bound(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.FunctionDef):
            self.functions.add(statement.name)
            self.bound.add(statement.name)
            self.harmless &= all(map(_vectorizes, statement.decorator_list))
            self.harmless &= _plain(statement.args)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            for name in statement.names:
                bound = name.asname or name.name.partition(".")[0]
                self.harmless &= bound != "*"
                # another name for it would be taken for something else
                usual = {"numpy": "np", "ce_lib": "ce", "matplotlib.pyplot": "plt"}
                if isinstance(statement, ast.ImportFrom):
                    self.harmless &= statement.module in _WHOLE
                    self.harmless &= bound == name.name or (name.name, bound) == ("pyplot", "plt")
                else:
                    self.harmless &= bound in (name.name, usual.get(name.name))
        elif isinstance(statement, ast.Assign) and (made := _function(statement.value)):
            for target in statement.targets:
                self.harmless &= isinstance(target, ast.Name)
                self.functions |= _stored(target)
            if isinstance(made, ast.Name):
                self.inside.add(made.id)
            else:
                self.harmless &= _plain(made.args)
        else:
            names = _stored(statement)
            plain = isinstance(statement, ast.Assign) and _constant(statement.value)
            (self.constants if plain else self.other).update(names)
            for node in ast.walk(statement):
                if isinstance(node, ast.Lambda):
                    self.harmless &= _plain(node.args)
                elif isinstance(node, _BINDING):
                    self.harmless = False  # a name is bound in a way not worth following


@functools.lru_cache(maxsize=4096)
def _looked_at(source: str) -> _Cell | None:
    """None where it is no plain Python, such as a magic."""
    try:
        return _Cell(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _stored(tree: ast.AST) -> set[str]:
    return {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
    }


def _function(value: ast.expr) -> ast.Lambda | ast.Name | None:
    """The function that an expression makes: a lambda, or one that is made to take arrays."""
    if isinstance(value, ast.Call) and _vectorizes(value.func) and len(value.args) == 1:
        # without a cache, and with types and words only
        plain = all(k.arg in ("otypes", "signature", "doc") for k in value.keywords)
        value = value.args[0] if plain else value
        return value if isinstance(value, ast.Lambda | ast.Name) else None
    return value if isinstance(value, ast.Lambda) else None


def _vectorizes(value: ast.expr) -> bool:
    return ast.unparse(value) in ("np.vectorize", "numpy.vectorize")


def _imported(statement: ast.Import | ast.ImportFrom) -> set[str]:
    """Every name in an import, whether it binds it or not."""
    names = {name for alias in statement.names for name in (alias.name, alias.asname) if name}
    names.add(getattr(statement, "module", None) or "")
    return names | {part for name in names for part in name.split(".")}


def _constant(value: ast.expr) -> bool:
    if isinstance(value, ast.UnaryOp):
        return _constant(value.operand)
    if isinstance(value, ast.Tuple):
        return all(map(_constant, value.elts))
    return isinstance(value, ast.Constant)


def _plain(arguments: ast.arguments) -> bool:
    """Whether no default value can be changed, as a list can, and keep something."""
    defaults = [*arguments.defaults, *(value for value in arguments.kw_defaults if value)]
    return all(_constant(value) or _of_a_module(value) for value in defaults)


def _of_a_module(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Attribute)
        and isinstance(value.value, ast.Name)
        and value.value.id in _MODULES
    )
