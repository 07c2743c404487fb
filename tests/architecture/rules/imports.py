"""Which packages a module imports: when it is loaded, or later (in a function) or never (for types only)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from tests.architecture.rules.module import Module, Violation


@dataclass(frozen=True, slots=True)
class Import:
    """`name` is the full dotted name. `deferred`: imported when a function is called, or for types only."""

    name: str
    line: int
    deferred: bool

    @property
    def root(self) -> str:
        return self.name.partition(".")[0]


def imports_of(module: Module) -> list[Import]:
    """Every absolute import of a module, those under TYPE_CHECKING included. Relative ones stay in the package."""
    return list(_walk(module.tree, deferred=False))


def _walk(node: ast.AST, *, deferred: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, node.lineno, deferred)
    elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
        yield Import(node.module, node.lineno, deferred)
    enters = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, deferred=deferred or enters or _is_type_checking(node))


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def forbidden_roots(module: Module, forbidden: Set[str]) -> list[Violation]:
    """Imports of packages that this module must not know."""
    return [Violation(module.path, found.line, found.name) for found in imports_of(module) if found.root in forbidden]


def outside_allow_list(
    module: Module, always: Set[str], by_folder: Mapping[str, Set[str]], deferred: Set[str]
) -> list[Violation]:
    """Imports that are neither in `always`, nor added for a path prefix, nor allowed because a function makes them."""
    allowed = set(always)
    for prefix, extra in by_folder.items():
        if module.path.startswith(prefix):
            allowed |= extra
    return [
        Violation(module.path, found.line, found.name)
        for found in imports_of(module)
        if found.root not in allowed and not (found.deferred and found.root in deferred)
    ]
