"""The tree against the shared cases, which Go's `sumdb/tlog` computed, and against RFC 6962's own recursion."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argo_core.errors import InvariantError
from argo_core.ledger.frontier import Frontier
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.merkle import EMPTY_ROOT, leaf_hash, verify_consistency, verify_inclusion
from argo_core.ledger.stored_hashes import (
    consistency_plan,
    inclusion_plan,
    root_plan,
    stored_count,
    stored_position,
)
from tests.argo.ledger.ledger_vectors import hashes, load, naive_consistency, naive_path, naive_root

MERKLE = load("merkle_rfc6962.json")
NEGATIVE = load("negative_merkle.json")
LARGEST = max(case["size"] for case in MERKLE["inclusion"])
EVERY_SIZE = 80


@lru_cache(maxsize=1)
def stored() -> dict[int, bytes]:
    """The stored hashes of the largest tree of the shared cases."""
    leaves = [leaf_hash(b"argo-test-leaf-%d" % index) for index in range(LARGEST)]
    return dict(enumerate(Frontier().grow(leaves).stored))


def test_the_leaves_of_the_shared_cases() -> None:
    for case in MERKLE["edge_leaves"]:
        data = bytes.fromhex(case["data_hex"]) if "data_hex" in case else bytes(case["data_len"])
        assert leaf_hash(data).hex() == case["leaf_hash"]
    for case in MERKLE["leaves"]:
        assert leaf_hash(case["data_utf8"].encode()).hex() == case["leaf_hash"]


def test_the_roots_of_the_shared_cases_from_stored_hashes_and_from_a_frontier() -> None:
    for case in MERKLE["roots"]:
        (root,) = root_plan(case["size"]).proof(stored())
        leaves = [stored()[stored_position(0, index)] for index in range(case["size"])]
        assert (root.hex(), Frontier().grow(leaves).after.root.hex()) == (case["root"], case["root"])


def test_the_order_of_stored_hashes_is_that_of_the_shared_cases() -> None:
    for case in MERKLE["stored_hash_order"]:
        assert stored_position(case["level"], case["n"]) == case["pos"]
        assert stored()[case["pos"]].hex() == case["hash"]
    for case in MERKLE["stored_hash_count"]:
        assert stored_count(case["size"]) == case["stored_hashes"]


@pytest.mark.parametrize("case", MERKLE["inclusion"], ids=lambda case: f"{case['index']}-of-{case['size']}")
def test_an_inclusion_proof_of_the_shared_cases_is_made_and_verified(case: dict[str, Any]) -> None:
    index, size, proof = case["index"], case["size"], tuple(hashes(case["proof"]))
    assert inclusion_plan(index, size).proof(stored()) == proof
    verify_inclusion(index, size, bytes.fromhex(case["leaf_hash"]), proof, bytes.fromhex(case["root"]))


@pytest.mark.parametrize("case", MERKLE["consistency"], ids=lambda case: f"{case['size1']}-to-{case['size2']}")
def test_a_consistency_proof_of_the_shared_cases_is_made_and_verified(case: dict[str, Any]) -> None:
    old, new, proof = case["size1"], case["size2"], tuple(hashes(case["proof"]))
    assert consistency_plan(old, new).proof(stored()) == proof
    verify_consistency(old, new, bytes.fromhex(case["root1"]), bytes.fromhex(case["root2"]), proof)


@pytest.mark.parametrize("case", NEGATIVE["inclusion"], ids=lambda case: case["id"])
def test_a_false_inclusion_proof_is_refused(case: dict[str, Any]) -> None:
    leaf, root = bytes.fromhex(case["leaf_hash"]), bytes.fromhex(case["root"])
    with pytest.raises(LedgerError) as refused:
        verify_inclusion(case["index"], case["size"], leaf, hashes(case["proof"]), root)
    assert refused.value.code == "bad_proof"


@pytest.mark.parametrize("case", NEGATIVE["consistency"], ids=lambda case: case["id"])
def test_a_false_consistency_proof_is_refused(case: dict[str, Any]) -> None:
    roots = bytes.fromhex(case["root1"]), bytes.fromhex(case["root2"])
    with pytest.raises(LedgerError) as refused:
        verify_consistency(case["size1"], case["size2"], *roots, hashes(case["proof"]))
    assert refused.value.code == "bad_consistency"


def test_every_inclusion_proof_of_every_small_log_is_the_naive_one() -> None:
    leaves = [leaf_hash(b"%d" % index) for index in range(EVERY_SIZE)]
    kept = dict(enumerate(Frontier().grow(leaves).stored))
    for size in range(1, EVERY_SIZE + 1):
        root = naive_root(leaves[:size])
        for index in range(size):
            proof = inclusion_plan(index, size).proof(kept)
            assert list(proof) == naive_path(index, leaves[:size])
            verify_inclusion(index, size, leaves[index], proof, root)


def test_every_consistency_proof_of_every_small_log_is_the_naive_one() -> None:
    leaves = [leaf_hash(b"%d" % index) for index in range(EVERY_SIZE)]
    kept = dict(enumerate(Frontier().grow(leaves).stored))
    roots = [naive_root(leaves[:size]) for size in range(EVERY_SIZE + 1)]
    for new in range(EVERY_SIZE + 1):
        for old in range(new + 1):
            proof = consistency_plan(old, new).proof(kept)
            assert list(proof) == naive_consistency(old, leaves[:new])
            verify_consistency(old, new, roots[old], roots[new], proof)


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_a_frontier_that_grows_in_any_steps_has_the_naive_root_proofs_and_hashes(steps: list[int]) -> None:
    leaves = [leaf_hash(b"%d" % index) for index in range(sum(steps))]
    frontier, kept = Frontier(), list[bytes]()
    for step in steps:
        growth = frontier.grow(leaves[frontier.size : frontier.size + step])
        known = leaves[: growth.after.size]
        assert growth.after.root == naive_root(known)
        assert list(growth.consistency()) == naive_consistency(frontier.size, known)
        for index in range(frontier.size, growth.after.size):
            assert list(growth.inclusion(index)) == naive_path(index, known)
        kept += growth.stored
        frontier = growth.after
    assert len(kept) == stored_count(len(leaves))
    assert kept == list(Frontier().grow(leaves).stored)


def test_a_log_of_nothing_has_the_hash_of_nothing_as_root() -> None:
    assert Frontier().root == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_frontier_of_another_size_than_its_hashes_is_refused() -> None:
    with pytest.raises(InvariantError):
        Frontier(3, (bytes(32),))


def test_an_older_leaf_needs_the_stored_hashes() -> None:
    grown = Frontier().grow([leaf_hash(b"a")]).after.grow([leaf_hash(b"b")])
    with pytest.raises(InvariantError):
        grown.inclusion(0)


def test_a_gap_in_the_stored_hashes_is_our_fault_and_says_so() -> None:
    kept = dict(enumerate(Frontier().grow([leaf_hash(b"%d" % index) for index in range(9)]).stored))
    plan = inclusion_plan(2, 9)
    del kept[plan.positions[0]]
    with pytest.raises(InvariantError):
        plan.proof(kept)


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_no_proof_is_made_for_an_index_outside_the_log(index: int, size: int) -> None:
    with pytest.raises(LedgerError):
        inclusion_plan(index, size)


@pytest.mark.parametrize(("old", "new"), [(-1, 4), (5, 4)])
def test_no_consistency_is_proven_backwards(old: int, new: int) -> None:
    with pytest.raises(LedgerError):
        consistency_plan(old, new)
