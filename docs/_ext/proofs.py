"""Finds the tests that prove the guarantees: those marked ``@pytest.mark.guarantee("G1")``.

The sources of the tests are parsed, not imported: a marker counts on a test, on its class, in the module's
``pytestmark`` and on a single parameter of a test.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

__all__ = ["Proof", "find_proofs"]

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Proof:
    """A test that proves a guarantee."""

    path: Path
    """The file it is in."""
    line: int
    """The line of its ``def``, from 1."""
    name: str
    """Its name, after its class's if it is in one: ``TestClose.test_twice``."""
    summary: str
    """The first paragraph of its docstring, or ``""``."""


def find_proofs(directory: Path) -> dict[str, list[Proof]]:
    """Guarantee by guarantee the tests in ``directory`` that prove it, by file and line."""
    proofs: dict[str, list[Proof]] = {}
    for path in sorted(directory.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), path)
        for guarantee, proof in _in_module(tree, path):
            proofs.setdefault(guarantee, []).append(proof)
    return proofs


def _in_module(tree: ast.Module, path: Path) -> Iterator[tuple[str, Proof]]:
    markers = _module_markers(tree)
    yield from _in_body(tree.body, path, markers, "")
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for name, node in classes.items():
        if name.startswith("Test"):
            yield from _in_class(node, path, markers, classes, f"{name}.")


def _in_class(
    node: ast.ClassDef, path: Path, inherited: set[str], classes: dict[str, ast.ClassDef], prefix: str
) -> Iterator[tuple[str, Proof]]:
    """The tests of a class and of its bases in the same module."""
    markers = inherited | _markers(node)
    yield from _in_body(node.body, path, markers, prefix)
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in classes:
            yield from _in_class(classes[base.id], path, markers, classes, prefix)


def _in_body(body: list[ast.stmt], path: Path, inherited: set[str], prefix: str) -> Iterator[tuple[str, Proof]]:
    for node in body:
        if isinstance(node, _Function) and node.name.startswith("test"):
            summary = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ")
            proof = Proof(path, node.lineno, prefix + node.name, summary)
            for guarantee in inherited | _markers(node):
                yield guarantee, proof


def _module_markers(tree: ast.Module) -> set[str]:
    return {
        name
        for node in tree.body
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)
        for name in _named_in(node.value)
    }


def _markers(node: ast.ClassDef | _Function) -> set[str]:
    return {name for decorator in node.decorator_list for name in _named_in(decorator)}


def _named_in(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "guarantee":
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
