"""What a pure module must not reach for: clock, randomness, environment, logging, event loops, loading by name."""

from __future__ import annotations

import ast
import sys

from tests.architecture.rules.imports import imports_of
from tests.architecture.rules.module import Module, Violation

# Standard modules that read the world, or whose only use is to act on it.
WORLDLY = frozenset(
    "asyncio concurrent ctypes curses dbm ftplib getpass glob http imaplib io locale logging mmap multiprocessing "
    "netrc os pathlib platform poplib pty pwd random resource secrets select selectors shelve shutil signal "
    "smtplib socket socketserver sqlite3 ssl subprocess sys syslog tempfile threading time tkinter urllib "
    "webbrowser xmlrpc".split()
)
LOADERS = frozenset({"importlib", "imp", "pkgutil", "runpy", "zipimport"})
LOADER_CALLS = frozenset({"__import__", "exec", "eval", "compile"})
CLOCK_AND_CHANCE = frozenset(
    {(owner, call) for owner in ("datetime", "date") for call in ("now", "utcnow", "today")}
    | {("np", "random"), ("numpy", "random"), ("uuid", "uuid1"), ("uuid", "uuid4")}
)

PURE_STANDARD = frozenset(sys.stdlib_module_names) - WORLDLY - LOADERS


def worldly_imports(module: Module) -> list[Violation]:
    """Imports of standard modules that read the clock, the environment, files, sockets or randomness."""
    return [Violation(module.path, found.line, found.name) for found in imports_of(module) if found.root in WORLDLY]


def clock_and_chance(module: Module) -> list[Violation]:
    """`datetime.now()`, `date.today()`, `datetime.utcnow()` in any spelling, and `np.random`, `uuid.uuid4`."""
    return [
        Violation(module.path, node.lineno, f"{_last_name(node.value)}.{node.attr}")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and (_last_name(node.value), node.attr) in CLOCK_AND_CHANCE
    ]


def dynamic_loading(module: Module) -> list[Violation]:
    """Anything that imports or runs code by a name known only at run time, which import contracts cannot see."""
    found = [Violation(module.path, seen.line, seen.name) for seen in imports_of(module) if seen.root in LOADERS]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOADER_CALLS:
            found.append(Violation(module.path, node.lineno, node.func.id))
    return found


def _last_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return None
