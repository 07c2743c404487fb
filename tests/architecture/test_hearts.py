"""What import contracts cannot see: third-party allow-lists, purity, loading by name. Each rule has been seen red."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.architecture.planted_tree import ROOT
from tests.architecture.rules.imports import outside_allow_list
from tests.architecture.rules.module import Module, Violation, parse, read_tree
from tests.architecture.rules.purity import PURE_STANDARD, clock_and_chance, dynamic_loading, worldly_imports

ARGO = "packages/argo_core/src/argo_core/"
ALPINE = "packages/alpine_core/src/alpine_core/"
OUTSIDE_THE_HEART = ("adapters/", "client/", "testing/", "offline/")
# The pipeline waits for several sources at once: the one floor of the heart that may know an event loop.
EVENT_LOOP_FLOORS = (f"{ARGO}pipeline/", f"{ARGO}backtest/")

COMPILED_FLOORS = (f"{ARGO}measures/", f"{ARGO}backtest/")

Rule = Callable[[Module], list[Violation]]


def heart_of(core: str) -> list[Module]:
    """Every module of a core but its adapters, its fakes and the command for offline use."""
    outside = tuple(core + folder for folder in OUTSIDE_THE_HEART)
    return [module for module in read_tree(ROOT, core.rstrip("/")) if not module.path.startswith(outside)]


def argo_allow_list(module: Module) -> list[Violation]:
    """msgspec and numpy everywhere; pandas only where frames come in or go out; cryptography only in the ledger.

    numba only inside functions of the numeric floors, where a numpy path of equal results stands beside it.
    """
    return outside_allow_list(
        module,
        always=PURE_STANDARD | {"argo_core", "msgspec", "numpy", "asyncio"},
        by_folder={f"{ARGO}ledger/": {"cryptography"}, f"{ARGO}reports/": {"pandas"}},
        deferred={"pandas", "numba"} if module.path.startswith(COMPILED_FLOORS) else {"pandas"},
    )


def alpine_allow_list(module: Module) -> list[Violation]:
    """msgspec and cryptography, nothing else."""
    return outside_allow_list(
        module, always=PURE_STANDARD | {"alpine_core", "msgspec", "cryptography"}, by_folder={}, deferred=frozenset()
    )


def no_world(module: Module) -> list[Violation]:
    """No standard module that reads the world; asyncio on the floors that wait."""
    may_wait = module.path.startswith(EVENT_LOOP_FLOORS)
    return [found for found in worldly_imports(module) if not (may_wait and found.what == "asyncio")]


PURITY: tuple[Rule, ...] = (no_world, clock_and_chance, dynamic_loading)


@pytest.mark.parametrize("rule", [argo_allow_list, *PURITY], ids=lambda rule: rule.__name__)
def test_the_argo_heart_keeps(rule: Rule) -> None:
    heart = heart_of(ARGO)
    assert len(heart) > 30
    assert [found for module in heart for found in rule(module)] == []


@pytest.mark.parametrize("rule", [alpine_allow_list, *PURITY], ids=lambda rule: rule.__name__)
def test_the_alpine_heart_keeps(rule: Rule) -> None:
    heart = heart_of(ALPINE)
    assert len(heart) > 10
    assert [found for module in heart for found in rule(module)] == []


@pytest.mark.parametrize(
    ("rule", "path", "text", "what"),
    [
        (argo_allow_list, "risk/x.py", "import scipy.stats", "scipy.stats"),
        (argo_allow_list, "risk/x.py", "import pandas as pd", "pandas"),
        (argo_allow_list, "risk/x.py", "def f():\n    import numba", "numba"),
        (argo_allow_list, "measures/x.py", "import numba", "numba"),
        (
            argo_allow_list,
            "risk/x.py",
            "from cryptography.hazmat.primitives import hashes",
            "cryptography.hazmat.primitives",
        ),
        (argo_allow_list, "ledger/x.py", "def f():\n    import requests", "requests"),
        (no_world, "model/x.py", "import logging", "logging"),
        (no_world, "measures/x.py", "import asyncio", "asyncio"),
        (no_world, "pipeline/x.py", "from os import environ", "os"),
        (no_world, "sources/x.py", "import random", "random"),
        (no_world, "sources/x.py", "from time import monotonic", "time"),
        (clock_and_chance, "model/x.py", "from datetime import datetime\nx = datetime.now(tz)", "datetime.now"),
        (clock_and_chance, "model/x.py", "import datetime\nx = datetime.datetime.utcnow()", "datetime.utcnow"),
        (clock_and_chance, "model/x.py", "from datetime import date\nx = date.today", "date.today"),
        (clock_and_chance, "backtest/x.py", "rng = np.random.default_rng()", "np.random"),
        (clock_and_chance, "model/x.py", "import uuid\nx = uuid.uuid4()", "uuid.uuid4"),
        (dynamic_loading, "sources/x.py", "from importlib import import_module", "importlib"),
        (dynamic_loading, "sources/x.py", "x = __import__('os')", "__import__"),
        (dynamic_loading, "sources/x.py", "exec('import os')", "exec"),
    ],
)
def test_a_planted_impurity_of_argo_is_named(rule: Rule, path: str, text: str, what: str) -> None:
    assert [found.what for found in rule(parse(ARGO + path, text))] == [what]


@pytest.mark.parametrize("package", ["numpy", "httpx", "argo_core.errors"])
def test_a_planted_package_in_the_alpine_heart_is_named(package: str) -> None:
    assert [found.what for found in alpine_allow_list(parse(f"{ALPINE}verify/x.py", f"import {package}"))] == [package]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("model/x.py", "def to_frame():\n    import pandas as pd"),
        ("model/x.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas as pd"),
        ("reports/x.py", "import pandas as pd"),
        ("measures/x.py", "def kernel():\n    from numba import njit"),
        ("ledger/x.py", "from cryptography.exceptions import InvalidSignature"),
    ],
)
def test_frames_at_the_edge_and_keys_in_the_ledger_are_allowed(path: str, text: str) -> None:
    assert argo_allow_list(parse(ARGO + path, text)) == []
