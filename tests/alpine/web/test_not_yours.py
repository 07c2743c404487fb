"""What a viewer does not see is not there: the same answer as for what does not exist, found by the same questions."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from alpine_core.model import Page, Record, SignalQuery, StoredSignal, Tier, Window
from alpine_core.testing.memory_store import MemoryStore
from alpine_core.testing.samples import sample_trade
from tests.alpine.web.parts import AUTHORISED, SYNC, Rig, add_account, asked, deliver, recent, rig_of, sign_in

NAMED = [
    "/signals/{}",
    "/api/v1/signals/{}",
    "/api/v1/signals/{}/marks",
    "/api/v1/signals/{}/evidence",
    "/api/v1/ledger/realised/{}",
]


class AskedStore(MemoryStore):
    """Notes which questions it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def after(self, cursor: int, limit: int) -> tuple[Record, ...]:
        self.asked.append("after")
        return await super().after(cursor, limit)

    async def by_id(self, signal_id: str) -> StoredSignal | None:
        self.asked.append("by_id")
        return await super().by_id(signal_id)

    async def page(self, query: SignalQuery, window: Window) -> Page[StoredSignal]:
        self.asked.append("page")
        return await super().page(query, window)

    async def bars(self, *given: Any, **named: Any) -> Any:
        self.asked.append("bars")
        return await super().bars(*given, **named)


async def filled(store: AskedStore, client: httpx.AsyncClient, rig: Rig) -> None:
    """A signal that FREE does not see yet, and a finished trade on it."""
    await add_account(rig, "free@example.com", Tier.FREE)
    await deliver(rig, client, recent(rig, "HIDDEN", confidence=97.0))
    trade = sample_trade("HIDDEN", trade_id="HIDDEN")
    body = rig.log.realised_members(trade)
    state = await rig.store.ledger.state(rig.log.origin)
    assert state is not None
    checkpoint = rig.log.checkpoint_body(old_size=state.size)
    assert (await client.post(f"{SYNC}/checkpoint", json=checkpoint, headers=AUTHORISED)).status_code == 200
    answer = await client.post(f"{SYNC}/realised", json={"realised": [body]}, headers=AUTHORISED)
    assert [each["status"] for each in answer.json()["results"]] == ["accepted"], answer.text
    store.asked.clear()


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("path", NAMED)
@pytest.mark.parametrize("signed", [True, False])
async def test_what_is_hidden_is_answered_like_what_is_not_there(path: str, accept: str, *, signed: bool) -> None:
    store = AskedStore()
    rig = rig_of(store=store)
    async with asked(rig) as client:
        await filled(store, client, rig)
        if signed:
            await sign_in(client, "free@example.com")
        told = []
        for name in ("HIDDEN", "NOBODY"):
            store.asked.clear()
            answer = await client.get(path.format(name), headers={"Accept": accept})
            told.append((answer.status_code, answer.text.replace(name, ""), list(store.asked)))
    assert told[0] == told[1]
    needs_account = not path.startswith(("/api/v1/ledger", "/api/v1/signals/{}/evidence"))
    refused = (303 if accept == "text/html" else 401) if needs_account and not signed else 404
    assert told[0][0] == refused
