"""Tiles and bundles against the shared vectors."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from alpine_core.errors import NotProven
from alpine_core.verify.stored_hashes import Frontier
from alpine_core.verify.tiles import Tile, read_bundle, read_tile_path, tiles_of, write_bundle
from tests.alpine.core.vectors import vectors
from tests.alpine.core.verify.test_merkle_vectors import leaf

TILES = vectors("tiles")


@pytest.fixture(scope="module")
def kept() -> dict[int, bytes]:
    _, hashes = Frontier().extend([leaf(number) for number in range(70_000)])
    return dict(enumerate(hashes))


@pytest.mark.parametrize("case", TILES["paths"], ids=lambda case: str(case["path"]))
def test_a_tile_and_its_path_are_a_pair(case: dict[str, Any]) -> None:
    tile = Tile(case.get("level"), case["n"], case["width"])

    assert tile.path == case["path"]
    assert read_tile_path(case["path"]) == tile


@pytest.mark.parametrize("case", TILES["tile_sets"], ids=lambda case: str(case["size"]))
def test_a_log_has_these_tiles(case: dict[str, Any]) -> None:
    found = [[tile.level, tile.number, tile.width] for tile in tiles_of(case["size"])]

    assert found == case["tiles"]
    assert case["size"] // 256 == case["full_level0"]
    assert all(tile.is_within(case["size"]) for tile in tiles_of(case["size"]))


@pytest.mark.parametrize("case", TILES["tile_bytes"], ids=lambda case: f"{case['level']}-{case['n']}-{case['width']}")
def test_a_tile_has_these_bytes(kept: dict[int, bytes], case: dict[str, Any]) -> None:
    found = Tile(case["level"], case["n"], case["width"]).hashes(kept)

    assert (len(found), found[:32].hex(), hashlib.sha256(found).hexdigest()) == (
        case["bytes"],
        case["first32"],
        case["sha256"],
    )


@pytest.mark.parametrize("case", TILES["bundles"], ids=lambda case: str(len(case["entries"])))
def test_entries_and_their_bundle_are_a_pair(case: dict[str, Any]) -> None:
    entries = tuple(entry.encode() for entry in case["entries"])

    assert write_bundle(entries).hex() == case["bundle_hex"]
    assert read_bundle(bytes.fromhex(case["bundle_hex"])) == entries


@pytest.mark.parametrize("data", TILES["bad_bundles_hex"])
def test_a_bundle_that_ends_within_an_entry_is_refused(data: str) -> None:
    with pytest.raises(NotProven) as refused:
        read_bundle(bytes.fromhex(data))

    assert refused.value.code == "bad_bundle"


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/00",
        "tile/00/000",
        "tile/0/x000/001",
        "tile/64/000",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/001/000",
        "tile/data/000",
        "tile/0/000/",
        "tile/0/٠٠٠",
    ],
)
def test_a_second_spelling_of_a_path_is_refused(path: str) -> None:
    with pytest.raises(NotProven) as refused:
        read_tile_path(path)

    assert refused.value.code == "bad_tile_path"


def test_a_tile_beyond_the_log_is_not_within_it() -> None:
    assert [Tile(0, 0, width).is_within(9) for width in (8, 9, 10)] == [True, True, False]
    assert [Tile(1, 0, 1).is_within(size) for size in (255, 256)] == [False, True]
    assert Tile(None, 0, 10).is_within(9) is False
