"""Rules of the house that a machine can check, over every file of the tree."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.planted_tree import ROOT
from tests.architecture.rules.module import CODE_FOLDERS, Module, Violation, parse, read_tree
from tests.architecture.rules.shape import empty_names, long_file, long_functions, prints
from tests.architecture.rules.words import BARE_SKIPS, MOCKS, REGISTRIES, UNFINISHED, lines_with

Rule = Callable[[Module], list[Violation]]
SHAPE: tuple[Rule, ...] = (long_file, long_functions, empty_names, prints)


def text_files() -> list[tuple[str, str]]:
    """Path and text of every file that git tracks or would add; without git, every file of the code folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    paths = [Path(name) for name in listed.stdout.split("\0") if name]
    if listed.returncode != 0:
        paths = [path.relative_to(ROOT) for folder in CODE_FOLDERS for path in (ROOT / folder).rglob("*")]
    return [(path.as_posix(), text) for path in paths if (text := _text_of(ROOT / path)) is not None]


def _text_of(path: Path) -> str | None:
    if path.is_symlink() or not path.is_file():
        return None
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("rule", SHAPE, ids=lambda rule: rule.__name__)
def test_every_module_keeps(rule: Rule) -> None:
    modules = read_tree(ROOT, *CODE_FOLDERS)
    assert len(modules) > 100
    assert [found for module in modules for found in rule(module)] == []


@pytest.mark.parametrize(
    ("rule", "path", "text", "what"),
    [
        (long_file, "packages/x.py", "x = 1\n" * 501, "501 lines"),
        (long_functions, "packages/x.py", "def f():\n" + "    x = 1\n" * 40, "f has 41 lines"),
        (long_functions, "tests/x.py", "async def f():\n" + "    x = 1\n" * 60, "f has 61 lines"),
        (empty_names, "packages/argo_core/utils.py", "", "utils"),
        (empty_names, "apps/x/common/x.py", "", "common"),
        (empty_names, "tests/argo/test_helpers.py", "", "test_helpers"),
        (empty_names, "packages/x.py", "class SignalManager: ...", "SignalManager"),
        (prints, "packages/x.py", "def f():\n    print(1)", "print"),
        (prints, "apps/argo_server/src/argo_server/web/x.py", "print(1)", "print"),
    ],
)
def test_a_planted_breach_is_named(rule: Rule, path: str, text: str, what: str) -> None:
    assert [found.what for found in rule(parse(path, text))] == [what]


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (long_file, "packages/x.py", "x = 1\n" * 500),
        (long_functions, "packages/x.py", 'def f():\n    """A\n\n    B."""\n' + "    x = 1\n" * 39),
        (prints, "apps/argo_server/src/argo_server/cli/x.py", "print(1)"),
        (prints, "examples/demo/x.py", "print(1)"),
    ],
)
def test_what_lies_within_a_limit_is_kept(rule: Rule, path: str, text: str) -> None:
    assert rule(parse(path, text)) == []


@pytest.mark.parametrize("pattern", [UNFINISHED, REGISTRIES], ids=["unfinished work", "registry addresses"])
def test_no_file_holds(pattern: re.Pattern[str]) -> None:
    assert [found for path, text in text_files() for found in lines_with(path, text, pattern)] == []


@pytest.mark.parametrize("pattern", [MOCKS, BARE_SKIPS], ids=["mocks and patches", "skips without a reason"])
def test_no_test_holds(pattern: re.Pattern[str]) -> None:
    tests = [(path, text) for path, text in text_files() if path.startswith("tests/")]
    assert [found for path, text in tests for found in lines_with(path, text, pattern)] == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (UNFINISHED, "x = 1  # TO" + "DO later"),
        (UNFINISHED, "raise NotImplemented" + "Error"),
        (REGISTRIES, "--index-url https://pypi" + ".org/simple"),
        (MOCKS, "from unittest import mock; unittest" + ".mock.patch('x')"),
        (MOCKS, "monkeypatch" + ".setattr(x, 'y', 1)"),
        (BARE_SKIPS, "@pytest.mark.x" + "fail"),
        (BARE_SKIPS, "pytest.skip" + "()"),
    ],
)
def test_a_planted_word_is_found(pattern: re.Pattern[str], line: str) -> None:
    assert len(lines_with("x", "fine\n" + line, pattern)) == 1
