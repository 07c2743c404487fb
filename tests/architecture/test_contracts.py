"""Each import contract is kept by the tree, and has been seen red: a contract that never breaks proves nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture.planted_tree import ROOT, copy_sources, plant, verdicts_on

ARGO = "packages/argo_core/src/argo_core"
ALPINE = "packages/alpine_core/src/alpine_core"
SERVER = "apps/argo_server/src/argo_server"
WEB = "apps/alpine_web/src/alpine_web"

FOR_TYPES_ONLY = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import {}"
INSIDE_A_FUNCTION = "def planted() -> None:\n    import {}"


class Plant(NamedTuple):
    """One forbidden line and the contract (by id) that has to name it."""

    rule: str
    contract: str
    path: str
    text: str


PLANTS = (
    Plant("argo imports alpine", "argo-knows-no-alpine", f"{ARGO}/model/planted.py", "import alpine_core"),
    Plant(
        "argo imports alpine for types only",
        "argo-knows-no-alpine",
        f"{SERVER}/jobs/planted.py",
        FOR_TYPES_ONLY.format("alpine_core.model"),
    ),
    Plant("alpine imports argo", "alpine-knows-no-argo", f"{WEB}/cli.py", "import argo_core.errors"),
    Plant(
        "alpine imports argo inside a function",
        "alpine-knows-no-argo",
        f"{ALPINE}/errors.py",
        INSIDE_A_FUNCTION.format("argo_core.errors"),
    ),
    Plant("a core imports its app", "cores-know-no-apps", f"{ALPINE}/adapters/planted.py", "import alpine_web"),
    Plant("an argo floor imports upwards", "argo-floors", f"{ARGO}/model/planted.py", "import argo_core.measures"),
    Plant("argo siblings import each other", "argo-floors", f"{ARGO}/consensus/planted.py", "import argo_core.regime"),
    Plant("an argo package without a floor", "argo-floors", f"{ARGO}/utils/planted.py", "x = 1"),
    Plant("an alpine floor imports upwards", "alpine-floors", f"{ALPINE}/wire/planted.py", "import alpine_core.verify"),
    Plant(
        "alpine siblings import each other", "alpine-floors", f"{ALPINE}/tiers/planted.py", "import alpine_core.fanout"
    ),
    Plant("an alpine module without a floor", "alpine-floors", f"{ALPINE}/helpers.py", "x = 1"),
    Plant("the argo heart imports a database", "argo-heart", f"{ARGO}/measures/planted.py", "import sqlalchemy"),
    Plant(
        "the argo heart imports a scheduler inside a function",
        "argo-heart",
        f"{ARGO}/pipeline/planted.py",
        INSIDE_A_FUNCTION.format("apscheduler.events"),
    ),
    Plant("the alpine heart imports a web framework", "alpine-heart", f"{ALPINE}/feed/planted.py", "import litestar"),
    Plant("settings import wiring", "argo-server-layers", f"{SERVER}/settings/planted.py", "import argo_server.wiring"),
    Plant("web imports jobs", "argo-server-layers", f"{SERVER}/web/planted.py", "import argo_server.jobs"),
    Plant("an app module without a layer", "argo-server-layers", f"{SERVER}/common.py", "x = 1"),
    Plant("an alpine app module without a layer", "alpine-web-layers", f"{WEB}/manager.py", "x = 1"),
    Plant(
        "a job names an adapter", "only-wiring-names-adapters", f"{SERVER}/jobs/planted.py", "import argo_core.adapters"
    ),
    Plant(
        "an alpine command names an adapter",
        "only-wiring-names-adapters",
        f"{WEB}/cli.py",
        "import alpine_core.adapters",
    ),
    Plant("an app runs on a fake", "fakes-stay-in-tests", f"{SERVER}/web/planted.py", "import argo_core.testing"),
)


def contract_names() -> dict[str, str]:
    """Name by id, as the root pyproject.toml declares them."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract["name"] for contract in declared}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return copy_sources(tmp_path)


def test_the_tree_keeps_every_contract(tree: Path) -> None:
    verdicts = verdicts_on(tree)
    assert verdicts.broken == frozenset()
    assert verdicts.kept == frozenset(contract_names().values())


@pytest.mark.parametrize("planted", PLANTS, ids=[planted.rule for planted in PLANTS])
def test_a_planted_violation_breaks_exactly_its_contract(tree: Path, planted: Plant) -> None:
    plant(tree, planted.path, planted.text)
    assert verdicts_on(tree).broken == {contract_names()[planted.contract]}


def test_every_contract_has_a_planted_violation() -> None:
    assert {planted.contract for planted in PLANTS} == set(contract_names())
