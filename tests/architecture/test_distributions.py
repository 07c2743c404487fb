"""The four distributions as they are declared: names, dependencies, pins, licences, types."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.planted_tree import ROOT
from tests.architecture.rules.words import REGISTRIES

DISTRIBUTIONS = {
    "argo-core": "packages/argo_core",
    "alpine-core": "packages/alpine_core",
    "argo-server": "apps/argo_server",
    "alpine-web": "apps/alpine_web",
}
PINNED = ("app.txt", "bootstrap.txt", "demo-data.txt", "dev.txt", "lowest.txt")


def project(name: str) -> dict[str, Any]:
    """The `project` table of a distribution's pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / DISTRIBUTIONS[name] / "pyproject.toml").read_text("utf-8"))["project"]
    return table


def requirement_names(requirements: list[str]) -> list[str]:
    """Names of distributions, without extras and versions."""
    return [re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0] for requirement in requirements]


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_distribution_declares_name_version_python_and_licence(name: str) -> None:
    table = project(name)
    assert (table["name"], table["version"], table["requires-python"]) == (name, "0.1.0", ">=3.11")
    assert table["license"] == "Apache-2.0"


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_distribution_is_typed_licensed_and_explained(name: str) -> None:
    folder = ROOT / DISTRIBUTIONS[name]
    assert (folder / "src" / name.replace("-", "_") / "py.typed").read_bytes() == b""
    assert (folder / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert (folder / "README.md").read_text("utf-8").startswith(f"# {name}\n")


def test_the_cores_depend_on_four_and_on_two_distributions() -> None:
    assert requirement_names(project("argo-core")["dependencies"]) == ["msgspec", "numpy", "pandas", "cryptography"]
    assert requirement_names(project("alpine-core")["dependencies"]) == ["msgspec", "cryptography"]


@pytest.mark.parametrize(("name", "other"), [("argo", "alpine"), ("alpine", "argo")])
def test_no_distribution_of_one_entity_requires_the_other(name: str, other: str) -> None:
    for distribution in (each for each in DISTRIBUTIONS if each.startswith(name)):
        table = project(distribution)
        required = [*table["dependencies"], *chain.from_iterable(table.get("optional-dependencies", {}).values())]
        # With the hyphen: argon2-cffi is a stranger with a like beginning.
        assert [requirement for requirement in required if requirement.startswith(f"{other}-")] == []


@pytest.mark.parametrize(
    ("name", "command", "entry"),
    [("argo-server", "argo", "argo_server.cli:main"), ("alpine-web", "alpine", "alpine_web.cli:main")],
)
def test_an_app_installs_its_command(name: str, command: str, entry: str) -> None:
    assert project(name)["scripts"] == {command: entry}


@pytest.mark.parametrize(("app", "entity"), [("argo_server", "argo"), ("alpine_web", "alpine")])
def test_migrations_are_linked_into_the_app_by_a_relative_path(app: str, entity: str) -> None:
    link = ROOT / "apps" / app / "src" / app / "migrations"
    assert link.is_symlink()
    assert link.readlink() == Path("../../../../migrations", entity)


@pytest.mark.parametrize("name", PINNED)
def test_every_pin_is_exact_and_hashed_and_names_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    pins = [line for line in text.splitlines() if line[:1].isalnum()]
    assert pins != []
    assert [pin for pin in pins if not re.match(r"[a-z0-9.\[\]_-]+==\S+", pin) or not pin.endswith("\\")] == []
    assert text.count(" \\\n    --hash=sha256:") >= len(pins)
    assert re.search(r"://|file:|^-|" + REGISTRIES.pattern, text, re.MULTILINE) is None


def test_the_lowest_lane_starts_from_the_bounds_that_argo_core_declares() -> None:
    lines = (ROOT / "requirements" / "lowest.in").read_text("utf-8").splitlines()
    asked = [line for line in lines if line and not line.startswith("#")]
    assert asked[:4] == project("argo-core")["dependencies"]


def test_the_demo_data_pins_are_those_of_the_extra() -> None:
    lines = (ROOT / "requirements" / "demo-data.in").read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == project("argo-core")["optional-dependencies"][
        "demo-data"
    ]
