"""Sizes and names: short files, short functions, names that say what is inside, no printing but for output."""

from __future__ import annotations

import ast

from tests.architecture.rules.module import Module, Violation

MAX_FILE_LINES = 500
MAX_SOURCE_FUNCTION_LINES = 40
MAX_TEST_FUNCTION_LINES = 60
EMPTY_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "misc", "stuff"})
PRINTING_FOLDERS = ("benchmarks/", "examples/", "scripts/")


def long_file(module: Module) -> list[Violation]:
    """A file of more than 500 lines holds more than one thing."""
    lines = len(module.text.splitlines())
    return [Violation(module.path, lines, f"{lines} lines")] if lines > MAX_FILE_LINES else []


def long_functions(module: Module) -> list[Violation]:
    """Functions over 40 lines (60 in tests), counted from `def` to the last line without their docstring."""
    limit = MAX_TEST_FUNCTION_LINES if module.path.startswith("tests/") else MAX_SOURCE_FUNCTION_LINES
    return [
        Violation(module.path, node.lineno, f"{node.name} has {_body_lines(node)} lines")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _body_lines(node) > limit
    ]


def empty_names(module: Module) -> list[Violation]:
    """Files, folders, classes and functions named for nothing: utils, helpers, common, manager."""
    found = [
        Violation(module.path, 1, part)
        for part in module.path.removesuffix(".py").split("/")
        if EMPTY_NAMES & set(part.lower().split("_"))
    ]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and node.name.lower().endswith(("manager", "helper", "utils")):
            found.append(Violation(module.path, node.lineno, node.name))
    return found


def prints(module: Module) -> list[Violation]:
    """`print` outside a command line's rendering."""
    if module.path.startswith(PRINTING_FOLDERS) or "/cli/" in module.path or module.path.endswith("/cli.py"):
        return []
    return [
        Violation(module.path, node.lineno, "print")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines
