"""Every example in a public docstring runs and prints what it says."""

import doctest
import importlib
import inspect

import pytest

import ce_lib

# Other parts of the package have their own tests for their own examples.
MODULES = [
    "ce_lib",
    *(f"ce_lib.{name}" for name in ce_lib.__all__ if inspect.ismodule(getattr(ce_lib, name))),
]


@pytest.mark.parametrize("name", [*MODULES, "ce_lib._linear_classifier"])
def test_examples(name):
    module = importlib.import_module(name)
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_has_an_example(name):
    module = importlib.import_module(name)
    finder = doctest.DocTestFinder(exclude_empty=False)
    for public in module.__all__:
        member = getattr(module, public)
        if callable(member) and member.__module__ == name:
            tests = finder.find(member, public, module=module)
            assert any(test.examples for test in tests), f"{name}.{public} has no example"
            for method in (m for m in dir(member) if isinstance(member, type) and m[0] != "_"):
                if inspect.isfunction(getattr(member, method)):
                    text = getattr(member, method).__doc__ or ""
                    assert ">>>" in text, f"{name}.{public}.{method} has no example"
