"""Tiles and entry bundles against the shared cases, whose bytes Go's `sumdb/tlog` computed."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from argo_core.ledger.frontier import Frontier
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.merkle import leaf_hash
from argo_core.ledger.tiles import Tile, bundle_of, parse_bundle, parse_tile_path, tiles_of
from tests.argo.ledger.ledger_vectors import load

TILES = load("tiles.json")


@pytest.fixture(scope="module")
def stored() -> tuple[bytes, ...]:
    """The stored hashes of a log as large as the largest tile of the shared cases needs."""
    size = max((case["n"] * 256 + case["width"]) << 8 * case["level"] for case in TILES["tile_bytes"])
    return Frontier().grow([leaf_hash(b"argo-test-leaf-%d" % index) for index in range(size)]).stored


@pytest.mark.parametrize("case", TILES["paths"], ids=lambda case: case["path"])
def test_a_path_names_its_tile_and_back(case: dict[str, Any]) -> None:
    tile = Tile(None if case.get("entries") else case["level"], case["n"], case["width"])
    assert tile.path == case["path"]
    assert parse_tile_path(case["path"]) == tile


@pytest.mark.parametrize("case", TILES["tile_sets"], ids=lambda case: str(case["size"]))
def test_a_log_has_exactly_the_tiles_of_the_shared_cases(case: dict[str, Any]) -> None:
    found = list(tiles_of(case["size"]))
    shown = [[tile.level, tile.n, tile.width] for tile in found if tile.level or not tile.full]
    assert shown == case["tiles"]
    assert sum(tile.level == 0 and tile.full for tile in found) == case["full_level0"]
    assert all(tile.exists(case["size"]) for tile in found)


def test_the_bytes_of_a_tile_are_those_of_the_shared_cases(stored: tuple[bytes, ...]) -> None:
    for case in TILES["tile_bytes"]:
        data = b"".join(stored[at] for at in Tile(case["level"], case["n"], case["width"]).positions)
        assert (len(data), data[:32].hex()) == (case["bytes"], case["first32"])
        assert hashlib.sha256(data).hexdigest() == case["sha256"]


def test_a_bundle_is_written_and_read_as_in_the_shared_cases() -> None:
    for case in TILES["bundles"]:
        entries = [text.encode() for text in case["entries"]]
        assert bundle_of(entries).hex() == case["bundle_hex"]
        assert parse_bundle(bytes.fromhex(case["bundle_hex"]), len(entries)) == entries


@pytest.mark.parametrize("data", TILES["bad_bundles_hex"])
def test_a_broken_bundle_is_refused(data: str) -> None:
    with pytest.raises(LedgerError) as refused:
        parse_bundle(bytes.fromhex(data), 1)
    assert refused.value.code == "bad_bundle"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile/0/0",
        "tile/0/1000",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/001",
        "tile/0/000.p/257",
        "tile/0/001/002",
        "tile/0/x001/x002",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/../000",
        "tile/entries/x001/2",
    ],
)
def test_another_spelling_of_a_path_names_no_tile(path: str) -> None:
    assert parse_tile_path(path) is None


def test_a_tile_exists_once_its_hashes_do() -> None:
    assert [Tile(0, 1, 2).exists(size) for size in (257, 258, 999)] == [False, True, True]
    assert [Tile(1, 0, 1).exists(size) for size in (255, 256)] == [False, True]
    assert [Tile(None, 0, 3).exists(size) for size in (2, 3)] == [False, True]
