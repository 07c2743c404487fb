"""A fresh application for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.alpine.web.parts import Rig, add_account, asked, rig_of


@pytest.fixture
async def rig() -> Rig:
    """Over empty stores, with one account."""
    made = rig_of()
    await add_account(made)
    return made


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[httpx.AsyncClient]:
    async with asked(rig) as opened:
        yield opened
