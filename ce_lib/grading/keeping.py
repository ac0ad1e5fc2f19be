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

_COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})

_MODULES = frozenset({"np", "numpy", "math", "ce", "ce_lib"})

_BUILTINS = _words(
    "abs all any bool complex dict divmod enumerate filter float frozenset int isinstance len "
    "list map max min pow print range reversed round set slice sorted str sum tuple zip"
) | {
    name for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, Exception)
}  # fmt: skip

#: What every notebook has besides.
_GIVEN = frozenset(vars(builtins)) - _BUILTINS | _words("In Out display exit get_ipython quit")

#: Of NumPy, its arrays, lists and dictionaries; nothing that sets how NumPy itself behaves. (What
#: `empty` makes is full of noughts where submissions are graded, see `ce_lib.grading.worker`.)
_METHODS = _words(
    "T abs absolute acos add all allclose amax amin any append apply_along_axis arange arccos "
    "arcsin arctan arctan2 arctanh argmax argmin argsort array array_equal asarray astype at "
    "atleast_1d atleast_2d average bincount bool broadcast_shapes broadcast_to ceil choose clip "
    "column_stack concatenate conj copy copysign cos cosh count cross cumprod cumsum degrees "
    "delete diag diag_indices diagflat diff divide dot dtype e einsum empty empty_like errstate "
    "exp exp2 expand_dims expm1 extend eye fabs fill fill_diagonal finfo flatnonzero flatten "
    "float16 float32 float64 floor fmax fmin fsum full full_like get heaviside hstack hypot "
    "identity imag index inf inner insert int32 int64 inv isclose isfinite isinf isnan isscalar "
    "items keys kron linalg linspace log log10 log1p log2 logaddexp logaddexp2 logical_and "
    "logical_not logical_or longdouble lstsq matmul max maximum mean meshgrid min minimum "
    "multiply nan nan_to_num nanmax nanmean nanmin nansum ndenumerate ndim ndindex negative "
    "newaxis nonzero norm ones ones_like outer pi pop power prod put_along_axis radians ravel "
    "real reciprocal reduce repeat reshape reverse rint round select shape sign sin sinh size "
    "solve sort sqrt square squeeze stack std subtract sum swapaxes take take_along_axis tan "
    "tanh tensordot tile tolist trace transpose tril triu trunc unique update values var vdot "
    "vectorize vstack where zeros zeros_like"
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
    known = _INSIDE | functions | constants
    return not other & frozenset(called) and all(
        not cell.inside & (other | _DRAWING)
        and not _there(cell.inside - known)
        and not _there(cell.outside - known - other - _DRAWING)
        and cell.attributes <= _METHODS | _DRAWING | frozenset(ce_lib.__all__)
        for cell in theirs
        if cell is not None
    )


def _there(names: set[str]) -> bool:
    """Whether one of these means something, though no cell binds it: else it is just an error."""
    return any(name in _GIVEN or name.startswith("_") for name in names)


class _Cell:
    """What a cell binds, and what it names inside its functions and outside of them."""

    def __init__(self, source: str) -> None:
        tree = ast.parse(source)
        self.harmless = True
        self.inside: set[str] = set()
        self.outside: set[str] = set()
        self.functions: set[str] = set()
        self.constants: set[str] = set()
        self.other: set[str] = set()  # may be changed by whoever gets hold of it
        for statement in tree.body:
            self._bound(statement)
        self.constants -= self.other
        self.attributes: set[str] = set()
        for node in ast.walk(tree):
            if type(node) is ast.Attribute:
                self.attributes.add(node.attr)
                self.harmless &= type(node.ctx) is ast.Load
            elif type(node) is ast.Call and node.keywords:
                told = {keyword.arg for keyword in node.keywords}
                if "where" in told and "out" not in told:
                    self.harmless = False  # where it is not to compute, there lies what lay before
            elif type(node) in _REACHING:
                self.harmless = False
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
            decorators = [ast.unparse(one) for one in statement.decorator_list]
            self.harmless &= decorators in ([], ["np.vectorize"]) and _plain(statement.args)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            for name in statement.names:
                bound = name.asname or name.name.partition(".")[0]
                # another name for it would be taken for something else
                usual = {"numpy": "np", "ce_lib": "ce", "matplotlib.pyplot": "plt"}
                if bound in _METHODS and isinstance(statement, ast.ImportFrom):
                    self.functions.add(bound)
                elif bound not in _MODULES and bound not in _DRAWING:
                    self.other.add(bound)
                if isinstance(statement, ast.ImportFrom):
                    self.harmless &= statement.module in ("math", "numpy", "ce_lib", "matplotlib")
                    self.harmless &= bound == name.name or (name.name, bound) == ("pyplot", "plt")
                else:
                    self.harmless &= bound in (name.name, usual.get(name.name))
        elif isinstance(statement, ast.Assign) and (made := _made_of(statement.value)):
            for target in statement.targets:
                self.harmless &= isinstance(target, ast.Name)
                self.functions |= _stored(target)
            if isinstance(made, ast.Lambda):
                self.harmless &= _plain(made.args)
            else:
                self.inside.add(made.id)  # it is called when this one is
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


def _made_of(value: ast.expr) -> ast.Lambda | ast.Name | None:
    """The function that a value is, or that ``np.vectorize`` makes it of."""
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "np.vectorize":
        usual = len(value.args) == 1 and all(told.arg == "otypes" for told in value.keywords)
        return _function(value.args[0]) if usual else None
    return value if isinstance(value, ast.Lambda) else None


def _function(value: ast.expr) -> ast.Lambda | ast.Name | None:
    return value if isinstance(value, ast.Lambda | ast.Name) else None


def _stored(tree: ast.AST) -> set[str]:
    return {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
    }


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
