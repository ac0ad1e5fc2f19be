"""IPython's semantics for cells, in a shell that writes nothing anywhere."""

from __future__ import annotations

import ast
import contextlib
import io
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

__all__ = ["Bounded", "Shell"]


class Bounded(io.TextIOBase):
    """A text stream that keeps the beginning and counts the rest."""

    encoding = "utf-8"

    def __init__(self, most: int) -> None:
        self.most = most
        self.parts: list[str] = []
        self.length = 0
        self.dropped = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        kept = text[: self.most - self.length]
        if kept:
            self.parts.append(str(kept))
            self.length += len(kept)
        self.dropped += len(text) - len(kept)
        return len(text)

    def text(self) -> str:
        end = f"\n… {self.dropped} more characters\n" if self.dropped else ""
        return "".join(self.parts) + end


class Compiler(CachingCompiler):
    """Names a cell in tracebacks by its id, not by a hash."""

    cell = "cell"

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return f"<{self.cell}>"


class Hook(DisplayHook):
    """Keeps what a cell's last expression shows."""

    shell: Any

    def __call__(self, result: Any = None) -> None:
        self.check_for_underscore()
        if result is None or self.quiet():
            return
        data, _ = self.compute_format_data(result)
        self.update_user_ns(result)
        self.shell.shown.append(("execute_result", data))


class Publisher(DisplayPublisher):
    """Keeps what a cell displays."""

    shell: Any

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **_: Any) -> None:
        self.shell.shown.append(("display_data", dict(data)))

    def clear_output(self, wait: bool = False) -> None:
        pass


class Shell(InteractiveShell):
    """An IPython shell that writes nothing anywhere."""

    compiler_class = Compiler
    displayhook_class = Hook
    display_pub_class = Publisher

    def __init__(self, **kwargs: Any) -> None:
        self.shown: list[tuple[str, dict[str, Any]]] = []
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        super().__init__(config=config, **kwargs)

    def transform_cell(self, raw_cell: str) -> str:
        # magics are no Python; IPython looks for them with its own tokenizer, which takes as long
        # as all else that a cell does
        if raw_cell.strip().count("\n") and not self.input_transformers_post:
            with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                ast.parse(raw_cell)
                return raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
        return str(super().transform_cell(raw_cell))

    def should_run_async(self, raw_cell: str, **given: Any) -> bool:
        # IPython compiles the cell to find out
        if "await" not in raw_cell and "async" not in raw_cell:
            return False
        return bool(super().should_run_async(raw_cell, **given))

    def showtraceback(self, *_: Any, **__: Any) -> None:
        pass

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        pass

    def showindentationerror(self) -> None:
        pass

    def enable_gui(self, gui: Any = None) -> None:
        pass
