"""A receiver on loopback, and a sender to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from argo_core.adapters.http import Receiver, Sender
from tests.argo.adapters.http.receiver import KEY, ReceiverApp, running_receiver


@pytest.fixture(name="receiver")
async def receiver_on_loopback() -> AsyncIterator[ReceiverApp]:
    async with running_receiver() as app:
        yield app


@pytest.fixture(name="sender")
async def sender_to_it(receiver: ReceiverApp) -> AsyncIterator[Sender]:
    async with httpx.AsyncClient() as client:
        yield Sender(client, Receiver(receiver.url, KEY))
