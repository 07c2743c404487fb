"""Only one generator at a time works on a database; the lock ends with its holder."""

from __future__ import annotations

import asyncio

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


async def test_who_has_patience_gets_the_lock_once_the_first_has_ended(database_url: str) -> None:
    order: list[str] = []

    async def successor() -> None:
        async with generator_lock(database_url, patience=30):
            order.append("the second works")

    async with generator_lock(database_url):
        waiting = asyncio.create_task(successor())
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done
        order.append("the first ends")
    await waiting
    assert order == ["the first ends", "the second works"]


async def test_patience_ends(database_url: str) -> None:
    async with generator_lock(database_url):
        with pytest.raises(StoreError, match="another generator"):
            async with generator_lock(database_url, patience=0.1):
                raise AssertionError("two generators at once")
