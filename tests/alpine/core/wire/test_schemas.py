"""The published schemas are those of the code, and say what the code does."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from alpine_core.model.signal import HASHED_NAMES, Details
from alpine_core.testing.samples import DETAILS, sample_members
from alpine_core.wire.schemas import SCHEMA_NAMES, SignalBody, schema_json

FOLDER = Path(__file__).parents[4] / "docs" / "spec" / "schemas"


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_the_kept_schema_is_the_served_one(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_bytes() == schema_json(name)


def test_no_schema_is_kept_that_is_not_served() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == [
        "checkpoint",
        "marks",
        "outcomes",
        "realised",
        "signal",
        "signals",
    ]


def test_the_signals_schema_has_every_field_that_is_read() -> None:
    hashes = {"verification_hash", "sha256", "scheme"}
    ledger = {"salt", "leaf_index", "entry", "tlog_proof", "old_size", "consistency"}
    assert set(SignalBody.__struct_fields__) == {*HASHED_NAMES, *Details.__struct_fields__, *hashes, *ledger}


def test_a_whole_body_fits_the_schemas_type() -> None:
    body = msgspec.convert(sample_members(**DETAILS), SignalBody)
    assert (body.entry_price, body.votes[0].source) == (175.25, "technical")
