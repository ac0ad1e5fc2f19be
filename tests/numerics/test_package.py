"""What `import ce_lib` offers, and what it loads."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import ce_lib as ce

NUMERICS = [name for name in ce.__all__ if inspect.ismodule(getattr(ce, name))]


def test_every_public_name_is_at_the_top_and_means_the_same():
    for name in NUMERICS:
        module = importlib.import_module(f"ce_lib.{name}")
        for public in module.__all__:
            if (name, public) == ("information", "cross_entropy"):
                continue
            assert public in ce.__all__, f"{name}.{public}"
            assert getattr(ce, public) is getattr(module, public)
    assert ce.cross_entropy is ce.losses.cross_entropy
    assert sorted(set(ce.__all__)) == sorted(ce.__all__)


def test_no_module_bears_the_name_of_a_function():
    functions = {name for name in ce.__all__ if not inspect.ismodule(getattr(ce, name))}
    assert not functions & set(NUMERICS)


def test_import_loads_numpy_and_the_standard_library_only():
    program = (
        "import sys, numpy\n"
        "before = set(sys.modules)\n"
        "import ce_lib\n"
        "print(*sorted({m.partition('.')[0] for m in set(sys.modules) - before}))"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(out.stdout.split()) - set(sys.stdlib_module_names)
    # ``copy``, which dataclasses need, asks for Jython's ``org`` and does not find it.
    assert loaded == {"ce_lib"}


@pytest.mark.parametrize("name", NUMERICS)
def test_every_public_function_says_what_it_needs_to(name):
    module = importlib.import_module(f"ce_lib.{name}")
    assert "Source:" in module.__doc__
    for public in module.__all__:
        member = getattr(module, public)
        if inspect.isfunction(member):
            assert "Source:" in member.__doc__, f"{name}.{public}"
            assert "Returns" in member.__doc__, f"{name}.{public}"
            if inspect.signature(member).parameters:
                assert "Raises" in member.__doc__, f"{name}.{public}"


def test_arrows_point_one_way():
    """The numerics know nothing of the parts that are built upon them."""
    package = Path(ce.__file__).parent
    private = [path.stem for path in package.glob("_*.py") if path.stem != "__init__"]
    for name in [*NUMERICS, *private]:
        for node in ast.walk(ast.parse((package / f"{name}.py").read_text(encoding="utf-8"))):
            imported = []
            if isinstance(node, ast.Import):
                imported = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                imported = [node.module or ""]
            for module in imported:
                top, _, rest = module.partition(".")
                if top == "ce_lib":
                    first = rest.partition(".")[0]
                    assert not rest or first in NUMERICS or first in private, f"{name}: {module}"
                else:
                    assert top in sys.stdlib_module_names or top == "numpy", f"{name}: {module}"
