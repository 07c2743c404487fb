"""A made-up signal goes the whole way, and a receiver that computes another hash is found."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from argo_core.errors import DataError, Unavailable
from argo_core.ledger import SigningKey, signal_hash
from argo_core.pipeline.signal_trial import trial_fields, try_signal

KEY = SigningKey("health.invalid", bytes(32))
FIELDS = trial_fields("1", datetime(2026, 3, 2, 14, 30, tzinfo=UTC))
HASH = "d2c16e845e7c882a9ffac333c5b573fed5ac9d942993417266893cf3c1e84902"


async def honest(body: bytes) -> str:
    document = msgspec.json.decode(body)
    return signal_hash({name: document[name] for name in FIELDS})


async def other(_body: bytes) -> str:
    return "0" * 64


async def away(_body: bytes) -> str:
    raise Unavailable("nobody answers")


async def test_the_receiver_gets_the_nine_fields_and_computes_the_same_hash() -> None:
    assert await try_signal(FIELDS, KEY, honest) == f"hashed, logged, sent and verified: {HASH}"


async def test_another_hash_is_found() -> None:
    with pytest.raises(DataError, match="computes another hash") as found:
        await try_signal(FIELDS, KEY, other)
    assert found.value.code == "trial_sync"


async def test_a_receiver_that_is_away_is_told_as_such() -> None:
    with pytest.raises(Unavailable, match="nobody answers"):
        await try_signal(FIELDS, KEY, away)
