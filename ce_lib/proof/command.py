"""`ce-course prove`: check every derivation of the catalogue, the book and the problem sets.

Derivations are found without running anything: the calls in code cells and Python files are read as
literals and made anew. So a page cannot hide a wrong one behind code.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from .derivation import Derivation, LemmaDerivation
from .errors import ProofError
from .statements import Hypothesis, Induction, Statement, Tangent

MAKERS: dict[str, Callable[..., Statement]] = {
    "Derivation": Derivation,
    "LemmaDerivation": LemmaDerivation,
    "Induction": Induction,
    "Tangent": Tangent,
}
DEFAULT = ("book", "solutions")
"""What is searched when no file is named."""

MEMORY = Path("_build/proved.json")
"""What was proved, by the hash of the file and of this package."""

_CELL = re.compile(r"^(`{3,}|:{3,})\{code-cell\}[^\n]*\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Found:
    """One call in a file.

    expected : it stands in a cell tagged `raises-exception`, so it must be refused.
    """

    place: str
    title: str
    make: Callable[[], Statement]
    expected: bool = False


def run(files: Sequence[str | Path] = (), changed: bool = False, out: TextIO | None = None) -> int:
    """Check derivations and print a table with times and a total.

    Parameters
    ----------
    files : MyST pages, Python files or directories; the catalogue and `DEFAULT` if empty.
    changed : skip files that were proved before and have not changed since.
    out : where the table goes; standard output if None.

    Returns
    -------
    int : 0 if all is proved, 1 at the first lie (which is printed).
    """
    out = out or sys.stdout
    start = time.perf_counter()
    engine = _hash(*sorted(Path(__file__).parent.rglob("*.py")))
    memory = _recall() if changed else {}
    rows, steps, skipped = 0, 0, 0
    for path, found in _work(files):
        key = engine if path is None else _hash(path) + engine
        name = "catalogue" if path is None else str(path)
        if memory.get(name) == key:
            skipped += 1
            continue
        for item in found():
            line, n, good = _check(item)
            print(line, file=out)
            if not good:
                print(f"stopped at the first lie, in {item.place}", file=out)
                return 1
            rows, steps = rows + 1, steps + n
        memory[name] = key
    _remember(memory)
    seconds = time.perf_counter() - start
    note = f", {skipped} unchanged files skipped" if skipped else ""
    print(f"{rows} statements, {steps} steps proved in {seconds:.2f} s{note}", file=out)
    return 0


def _check(item: Found) -> tuple[str, int, bool]:
    start = time.perf_counter()
    try:
        statement = item.make()
    except (ProofError, KeyError, TypeError, ValueError) as e:
        if item.expected:
            return f"{item.place:44} {item.title[:44]:44} refused, as the page says", 0, True
        kind = type(e).__name__
        return f"{item.place:44} {item.title[:44]:44} NOT PROVED\n{kind}: {e}", 0, False
    ms = 1000 * (time.perf_counter() - start)
    if item.expected:
        return f"{item.place:44} {item.title[:44]:44} ACCEPTED, but the page says refused", 0, False
    if isinstance(statement, Hypothesis):
        return f"{item.place:44} {item.title[:44]:44} {statement.kind}", 0, True
    parts = (statement,) if isinstance(statement, Derivation) else statement.parts
    n = sum(len(p.steps) for p in parts)
    return f"{item.place:44} {item.title[:44]:44} {n:3} steps {ms:8.1f} ms", n, True


def _work(
    files: Sequence[str | Path],
) -> Iterator[tuple[Path | None, Callable[[], list[Found]]]]:
    if not files:
        yield None, _catalogue
    for f in files or DEFAULT:
        path = Path(f)
        if path.is_dir():
            pages = [*path.rglob("*.md"), *path.rglob("*.py")]
            for page in sorted(pages):
                yield page, lambda page=page: find(page)  # type: ignore[misc]
        elif path.exists():
            yield path, lambda path=path: find(path)  # type: ignore[misc]
        elif files:
            raise FileNotFoundError(f"no file or directory is called {f}")


def _catalogue() -> list[Found]:
    from .catalogue import entries, get
    from .catalogue.errata import ERRATA

    out = [
        Found(f"catalogue {e.label}", e.title, lambda e=e: get(e.label))  # type: ignore[misc]
        for e in entries()
    ]
    for x in ERRATA:
        if x.formal:
            place = f"errata {x.refs}"
            out.append(
                Found(place, f"{x.title}, as printed", lambda x=x: _as_printed(x), expected=True)  # type: ignore[misc]
            )
            out.append(Found(place, x.title, x.correction))
    return out


def _as_printed(erratum: Any) -> Statement:
    raise erratum.objection()


def find(path: Path) -> list[Found]:
    """The statements in the code cells of a MyST page or in a Python file.

    A call whose arguments are not literals is reported as wrong: nobody could check it here.
    """
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return list(_calls(source, str(path), 1, False))
    out: list[Found] = []
    for m in _CELL.finditer(source):
        first = source.count("\n", 0, m.start(2)) + 1
        head, code = _split(m[2])
        raises = "raises-exception" in head
        out += _calls(code, str(path), first + head.count("\n"), raises)
    return out


def _split(cell: str) -> tuple[str, str]:
    """Options (`:tags: [...]` or a YAML block) and code of a cell."""
    if cell.startswith("---\n"):
        end = cell.index("\n---", 3) + 5
        return cell[:end], cell[end:]
    m = re.match(r"(:[^\n]*\n)+\n?", cell)
    return (m[0], cell[m.end() :]) if m else ("", cell)


def _calls(code: str, path: str, line: int, raises: bool) -> Iterator[Found]:
    try:
        tree = ast.parse(re.sub(r"^([%!])", r"#\1", code, flags=re.MULTILINE))
    except SyntaxError as error:
        if re.search(rf"\b({'|'.join((*MAKERS, 'show'))})\(", code):
            where, message = error.lineno or 1, f"this code is not Python: {error.msg}"
            yield Found(f"{path}:{line + where - 1}", "code", lambda: _refused(message), raises)
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        f = node.func
        name = f.id if isinstance(f, ast.Name) else f.attr if isinstance(f, ast.Attribute) else ""
        place = f"{path}:{line + node.lineno - 1}"
        if name in MAKERS:
            yield _literal_call(name, node, place, raises)
        elif name == "show" and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
            from .catalogue import get

            label = str(node.args[0].value)
            yield Found(place, f"catalogue {label}", lambda label=label: get(label), raises)  # type: ignore[misc]


def _literal_call(name: str, node: ast.Call, place: str, raises: bool) -> Found:
    try:
        args = [ast.literal_eval(a) for a in node.args]
        more = {k.arg: ast.literal_eval(k.value) for k in node.keywords if k.arg}
    except ValueError:
        message = f"write the arguments of {name} as literals, so that they can be read"
        return Found(place, name, lambda: _refused(message), raises)
    title = str(args[0] if args else more.get("title", name))
    return Found(place, title, lambda: MAKERS[name](*args, **more), raises)


def _refused(message: str) -> Statement:
    raise ProofError(message)


def _hash(*paths: Path) -> str:
    h = hashlib.sha256()
    for p in paths:
        h.update(p.read_bytes())
    return h.hexdigest()


def _recall() -> dict[str, str]:
    try:
        data = json.loads(MEMORY.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in data.items()} if isinstance(data, dict) else {}


def _remember(memory: dict[str, str]) -> None:
    MEMORY.parent.mkdir(parents=True, exist_ok=True)
    MEMORY.write_text(
        json.dumps({**_recall(), **memory}, indent=1, sort_keys=True), encoding="utf-8"
    )
