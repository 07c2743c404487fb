"""Two entities, no shared code: not in source, not in tests, not at run time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.planted_tree import ROOT
from tests.architecture.rules.imports import forbidden_roots, imports_of
from tests.architecture.rules.module import Module, Violation, parse, read_tree

ARGO_PACKAGES = frozenset({"argo_core", "argo_server"})
ALPINE_PACKAGES = frozenset({"alpine_core", "alpine_web"})
TERRITORIES = {
    "tests/argo/": ALPINE_PACKAGES,
    "tests/alpine/": ARGO_PACKAGES,
    "tests/interop/": ARGO_PACKAGES | ALPINE_PACKAGES,
    "migrations/argo/": ALPINE_PACKAGES,
    "migrations/alpine/": ARGO_PACKAGES,
}
# What tests of both may import: it imports nothing of either, and hands out ports, or runs what is installed.
NEUTRAL = ("tests.ports", "tests.commands")
# Stands in front of every finder: the other entity is not merely unused, it cannot be found.
WALL = """
import sys

class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named {{name!r}} (walled off)", name=name)

sys.meta_path.insert(0, Wall())
import pkgutil, {package}
for found in pkgutil.walk_packages({package}.__path__, "{package}."):
    if ".migrations" not in found.name:
        __import__(found.name)
print(sorted({{name.partition(".")[0] for name in sys.modules}} & {blocked}))
"""


def trespasses(module: Module) -> list[Violation]:
    """Imports of an entity in whose territory the file does not lie, tests' own packages included."""
    for territory, forbidden in TERRITORIES.items():
        if module.path.startswith(territory):
            return [*forbidden_roots(module, forbidden), *_borrowed_tests(module, territory)]
    return []


def _borrowed_tests(module: Module, territory: str) -> list[Violation]:
    allowed = tuple(f"{each}." for each in (territory.rstrip("/").replace("/", "."), *NEUTRAL))
    return [
        Violation(module.path, found.line, found.name)
        for found in imports_of(module)
        if found.name.startswith("tests.") and not f"{found.name}.".startswith(allowed)
    ]


def test_tests_and_migrations_stay_in_their_entity() -> None:
    modules = read_tree(ROOT, "tests", "migrations")
    assert [found for module in modules for found in trespasses(module)] == []


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("tests/argo/risk/test_x.py", "import alpine_core", "alpine_core"),
        ("tests/alpine/conftest.py", "from argo_core.model import vote", "argo_core.model"),
        ("tests/alpine/test_x.py", "from tests.argo.conftest import pg_url", "tests.argo.conftest"),
        ("tests/interop/test_x.py", "def test():\n    import argo_server.web", "argo_server.web"),
        ("tests/interop/test_x.py", "import alpine_web", "alpine_web"),
        ("migrations/alpine/env.py", "import argo_core.adapters", "argo_core.adapters"),
    ],
)
def test_a_planted_trespass_is_named(path: str, text: str, what: str) -> None:
    assert [found.what for found in trespasses(parse(path, text))] == [what]


@pytest.mark.parametrize("path", [*(f"{each.replace('.', '/')}.py" for each in NEUTRAL), "tests/command_forks.py"])
def test_what_tests_of_both_import_knows_neither(path: str) -> None:
    module = parse(path, (ROOT / path).read_text("utf-8"))
    assert [
        found.name for found in imports_of(module) if found.name.partition(".")[0] not in sys.stdlib_module_names
    ] == []


def test_the_entities_share_no_conftest() -> None:
    assert [path.name for path in (ROOT / "tests").glob("conftest.py")] == []


@pytest.mark.parametrize(
    ("package", "blocked"),
    [
        ("argo_core", ALPINE_PACKAGES),
        ("argo_server", ALPINE_PACKAGES),
        ("alpine_core", ARGO_PACKAGES),
        ("alpine_web", ARGO_PACKAGES),
    ],
)
def test_every_module_loads_behind_a_wall(package: str, blocked: frozenset[str]) -> None:
    found = run_walled(package, blocked)
    assert (found.returncode, found.stdout.strip(), found.stderr[-500:]) == (0, "[]", "")


def test_the_wall_stops_what_it_blocks() -> None:
    found = run_walled("alpine_web", frozenset({"alpine_web"}))
    assert found.returncode == 1
    assert "walled off" in found.stderr


def run_walled(package: str, blocked: frozenset[str]) -> subprocess.CompletedProcess[str]:
    """Import every module of a package in a process that cannot find the blocked ones."""
    program = WALL.format(package=package, blocked=set(blocked))
    return subprocess.run(
        [sys.executable, "-I", "-W", "ignore", "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
