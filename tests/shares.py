"""`make test` runs a share of the cases of tests that each need a database, an application, a process or a browser.

`-p tests.shares` leaves the others out and tells how many; the seed of the order, printed at the head, chooses them.
Another run has other cases; `make test-long`, and pytest by itself, have all.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import PurePath

import pytest

MANY = {
    "tests/alpine/core/adapters/sql": 2,
    "tests/alpine/core/adapters": 5,
    "tests/alpine/web": 5,
    "tests/architecture/test_contracts.py": 5,
    "tests/argo/adapters/alpaca": 5,
    "tests/argo/adapters/http": 5,
    "tests/argo/adapters/redis": 5,
    "tests/argo/adapters/sql": 5,
    "tests/argo/adapters/vendor_path": 5,
    "tests/argo/adapters/vendors": 5,
    "tests/argo/examples": 5,
    "tests/argo/peers": 5,
    "tests/argo/server": 4,
    "tests/argo/six_sources": 2,
    "tests/e2e": 2,
    "tests/interop": 2,
}
"""From so many cases of a test on, in these places, a share is enough: as many as the root of their number. The first
place counts that a test lies in."""


def left_out(node_ids: Iterable[str], seed: int) -> set[str]:
    """Those that do not run with this seed. Of each test some case runs, whatever the seed."""
    cases = defaultdict[str, list[str]](list)
    for node_id in node_ids:
        cases[node_id.partition("[")[0]].append(node_id)
    return {each for test, found in cases.items() for each in _without_share(test, sorted(found), seed)}


def _without_share(test: str, cases: Sequence[str], seed: int) -> set[str]:
    place = PurePath(test.partition("::")[0])
    many = next((count for folder, count in MANY.items() if place.is_relative_to(folder)), math.inf)
    if len(cases) < many:
        return set()
    return set(cases) - set(random.Random(f"{seed} {test}").sample(cases, math.isqrt(len(cases))))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """After marks have chosen, so that each test that is left has a case."""
    out = left_out((item.nodeid for item in items), int(config.getoption("randomly_seed")))
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in out])
    items[:] = [item for item in items if item.nodeid not in out]
