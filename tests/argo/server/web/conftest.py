"""A running application with three cycles behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from argo_server.services import Services
from tests.argo.server.web.parts import client_of, services_after, three_cycles

Client = AsyncTestClient[Litestar]


@pytest.fixture
async def services() -> Services:
    return await services_after(three_cycles())


@pytest.fixture
async def client(services: Services) -> AsyncIterator[Client]:
    async with client_of(services) as opened:
        yield opened
