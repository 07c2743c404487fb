"""What `make test` leaves out of tests with many cases: never a test, never in the heart, and in no run the same."""

from __future__ import annotations

import pytest

from tests.shares import MANY, left_out

SEEDS = range(40)


def cases(path: str, count: int) -> list[str]:
    return [f"{path}::test_it[{number}-a[b]]" for number in range(count)]


@pytest.mark.parametrize("folder", MANY)
@pytest.mark.parametrize("more", [0, 1, 20])
def test_some_run_with_every_seed_and_each_with_some(folder: str, more: int) -> None:
    every = cases(f"{folder}/deeper/test_x.py", MANY[folder] + more)
    ran = [set(every) - left_out(every, seed) for seed in SEEDS]
    assert all(0 < len(each) < len(every) for each in ran)
    assert set().union(*ran) == set(every)


def test_a_seed_has_one_share_in_whatever_order_they_were_found() -> None:
    every = cases("tests/e2e/test_x.py", 12)
    assert left_out(every, 7) == left_out(reversed(every), 7) != left_out(every, 8)


def test_few_cases_and_those_of_other_folders_all_run() -> None:
    heart = cases("tests/argo/ledger/test_x.py", 200)
    both = cases("tests/argo/adapters/sql/test_x.py", 2)
    one = ["tests/e2e/test_x.py::test_alone"]
    assert left_out([*heart, *both, *one, *cases("tests/argo/serverless/test_x.py", 9)], 1) == set()
