"""Only one generator at a time works on a database; the lock ends with its holder."""

from __future__ import annotations

import pytest

from argo_core.adapters.sql.generator_lock import generator_lock
from argo_core.errors import StoreError


async def test_a_second_generator_is_refused_until_the_first_has_ended(database_url: str) -> None:
    async with generator_lock(database_url):
        with pytest.raises(StoreError, match="another generator"):
            async with generator_lock(database_url):
                raise AssertionError("two generators at once")
    async with generator_lock(database_url):
        pass


async def test_the_lock_is_released_when_its_holder_fails(database_url: str) -> None:
    with pytest.raises(ZeroDivisionError):
        async with generator_lock(database_url):
            raise ZeroDivisionError
    async with generator_lock(database_url):
        pass
