"""What everybody who remembers signed requests must do. Fixture: `webhook_ids`, empty."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from alpine_core.ports import WebhookIds
from alpine_core.testing.samples import MOMENT


class WebhookIdsContract:
    async def test_an_id_is_claimed_once(self, webhook_ids: WebhookIds) -> None:
        assert await webhook_ids.claim("a", MOMENT) is True
        assert await webhook_ids.claim("a", MOMENT + timedelta(minutes=9)) is False
        assert await webhook_ids.claim("b", MOMENT) is True

    async def test_of_many_claims_at_once_one_succeeds(self, webhook_ids: WebhookIds) -> None:
        claims = await asyncio.gather(*(webhook_ids.claim("a", MOMENT) for _ in range(8)))
        assert sorted(claims) == [False] * 7 + [True]

    async def test_an_id_may_be_forgotten_once_no_signature_of_it_holds(self, webhook_ids: WebhookIds) -> None:
        assert await webhook_ids.claim("a", MOMENT) is True
        assert await webhook_ids.claim("b", MOMENT + timedelta(minutes=11)) is True
        assert await webhook_ids.claim("a", MOMENT + timedelta(minutes=11)) is True
