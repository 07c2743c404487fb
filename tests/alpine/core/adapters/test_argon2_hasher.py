"""Argon2id keeps the hasher's contract, with RFC 9106's parameters by default."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from alpine_core.adapters.argon2_hasher import Argon2Hasher
from alpine_core.testing.contracts.password_hasher import PasswordHasherContract


@pytest.fixture
def hasher() -> Iterator[Argon2Hasher]:
    made = Argon2Hasher(time_cost=1, memory_kib=64, lanes=1)
    yield made
    made.close()


class TestArgon2Hasher(PasswordHasherContract):
    pass


async def test_the_default_is_argon2id_with_64_mib_and_3_passes() -> None:
    hasher = Argon2Hasher()
    assert (await hasher.hash("correct horse")).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    hasher.close()


async def test_the_decoy_matches_nobody(hasher: Argon2Hasher) -> None:
    assert await hasher.verify("no account has this password", None) is False
