"""The tree, its proofs and its kept hashes against the shared vectors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpine_core.errors import NotProven, OurError
from alpine_core.verify.merkle import EMPTY_ROOT, leaf_hash, verify_consistency, verify_inclusion
from alpine_core.verify.stored_hashes import (
    Frontier,
    consistency_plan,
    frontier_positions,
    inclusion_plan,
    root_plan,
    stored_count,
    stored_position,
)
from tests.alpine.core.vectors import vectors

TREE = vectors("merkle_rfc6962")
NEGATIVE = vectors("negative_merkle")
LARGEST = 70_000


def leaf(number: int) -> bytes:
    return leaf_hash(f"argo-test-leaf-{number}".encode())


def unhex(hashes: list[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in hashes]


@pytest.fixture(scope="module")
def kept() -> list[bytes]:
    """Every kept hash of the largest tree of the vectors."""
    _, hashes = Frontier().extend([leaf(number) for number in range(LARGEST)])
    return hashes


def built(kept: list[bytes], positions: tuple[int, ...]) -> dict[int, bytes]:
    return {position: kept[position] for position in positions}


def case_name(case: dict[str, Any]) -> str:
    return "-".join(str(case[key]) for key in ("id", "index", "size", "size1", "size2") if key in case)


@pytest.mark.parametrize("case", TREE["edge_leaves"])
def test_a_leaf_of_any_length_has_its_hash(case: dict[str, Any]) -> None:
    data = bytes.fromhex(case["data_hex"]) if "data_hex" in case else bytes(case["data_len"])

    assert leaf_hash(data).hex() == case["leaf_hash"]


@pytest.mark.parametrize("case", TREE["roots"], ids=lambda case: str(case["size"]))
def test_the_kept_hashes_give_the_root_of_every_size(kept: list[bytes], case: dict[str, Any]) -> None:
    plan = root_plan(case["size"])
    roots = plan.build(built(kept, plan.positions)) or (EMPTY_ROOT,)

    assert [one.hex() for one in roots] == [case["root"]]


@pytest.mark.parametrize("case", TREE["inclusion"], ids=case_name)
def test_an_inclusion_proof_is_built_and_holds(kept: list[bytes], case: dict[str, Any]) -> None:
    plan = inclusion_plan(case["index"], case["size"])
    proof = plan.build(built(kept, plan.positions))

    assert [one.hex() for one in proof] == case["proof"]
    verify_inclusion(case["index"], case["size"], bytes.fromhex(case["leaf_hash"]), proof, bytes.fromhex(case["root"]))


@pytest.mark.parametrize("case", TREE["consistency"], ids=case_name)
def test_a_consistency_proof_is_built_and_holds(kept: list[bytes], case: dict[str, Any]) -> None:
    plan = consistency_plan(case["size1"], case["size2"])
    proof = plan.build(built(kept, plan.positions))

    assert [one.hex() for one in proof] == case["proof"]
    verify_consistency(case["size1"], case["size2"], bytes.fromhex(case["root1"]), bytes.fromhex(case["root2"]), proof)


@pytest.mark.parametrize("case", TREE["stored_hash_order"], ids=lambda case: str(case["pos"]))
def test_kept_hashes_have_the_order_of_the_vectors(kept: list[bytes], case: dict[str, Any]) -> None:
    assert stored_position(case["level"], case["n"]) == case["pos"]
    assert kept[case["pos"]].hex() == case["hash"]


@pytest.mark.parametrize("case", TREE["stored_hash_count"], ids=lambda case: str(case["size"]))
def test_a_tree_keeps_so_many_hashes(case: dict[str, Any]) -> None:
    assert stored_count(case["size"]) == case["stored_hashes"]


def test_a_tree_that_grows_in_steps_is_the_tree_that_grew_at_once(kept: list[bytes]) -> None:
    grown, hashes = Frontier(), []
    for start, end in ((0, 1), (1, 4), (4, 4), (4, 11), (11, 300)):
        grown, new = grown.extend([leaf(number) for number in range(start, end)])
        hashes += new

    assert hashes == kept[: stored_count(300)]
    assert grown.roots == tuple(kept[position] for position in frontier_positions(300))
    assert grown == Frontier(300, grown.roots)


REASONS = {
    "index out of range": {"index_out_of_range"},
    "bad hash length": {"bad_hash_length"},
    "proof too long": {"proof_too_long"},
    "proof too short": {"proof_too_short"},
    "old root mismatch": {"old_root_mismatch"},
    "new root mismatch": {"new_root_mismatch"},
    "split view: same size, different root": {"split_view"},
    "bad sizes": {"bad_sizes"},
    "proof must be empty": {"proof_not_empty"},
    "bad empty root": {"bad_empty_root"},
    "root mismatch": {"root_mismatch"},
    "witness quorum not met": {"quorum_not_met"},
    "malformed proof": {"bad_tlog_proof", "bad_hash_length"},
    "bad decimal": {"bad_decimal"},
}


@pytest.mark.parametrize("case", NEGATIVE["inclusion"], ids=case_name)
def test_a_crafted_inclusion_proof_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(NotProven) as refused:
        verify_inclusion(
            case["index"],
            case["size"],
            bytes.fromhex(case["leaf_hash"]),
            unhex(case["proof"]),
            bytes.fromhex(case["root"]),
        )

    assert refused.value.code in REASONS[case["python_reason"]]


@pytest.mark.parametrize("case", NEGATIVE["consistency"], ids=case_name)
def test_a_crafted_consistency_proof_is_refused(case: dict[str, Any]) -> None:
    roots = bytes.fromhex(case["root1"]), bytes.fromhex(case["root2"])
    with pytest.raises(NotProven) as refused:
        verify_consistency(case["size1"], case["size2"], *roots, unhex(case["proof"]))

    assert refused.value.code in REASONS[case["python_reason"]]


@given(st.integers(1, 400).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_every_leaf_of_every_size_is_proved_and_no_other(place: tuple[int, int]) -> None:
    index, size = place
    tree, hashes = Frontier().extend([leaf(number) for number in range(size)])
    plan = inclusion_plan(index, size)
    proof = plan.build(built(hashes, plan.positions))

    verify_inclusion(index, size, leaf(index), proof, tree.root)
    with pytest.raises(NotProven):
        verify_inclusion(index, size, leaf(index + 1), proof, tree.root)


def test_nothing_is_planned_for_what_is_not_in_the_tree() -> None:
    with pytest.raises(OurError):
        inclusion_plan(3, 3)
    with pytest.raises(OurError):
        consistency_plan(4, 3)
    with pytest.raises(OurError):
        Frontier(3, (EMPTY_ROOT,))
