"""The account of a demonstration on one machine."""

from __future__ import annotations

import secrets

from alpine_core.model import Account, Role, Tier
from alpine_web.services import Services


async def seed_demo_account(services: Services) -> None:
    """The demonstration's account with the password of the settings, PREMIUM; made anew if the password changed."""
    demo = services.settings.demo_account
    if demo is None:
        return
    known = await services.accounts.by_email(demo.email.lower())
    if known is not None and await services.hasher.verify(demo.password, known.password_hash):
        return
    account = Account(
        account_id=known.account_id if known is not None else secrets.token_hex(16),
        email=demo.email.lower(),
        password_hash=await services.hasher.hash(demo.password),
        tier=Tier.PREMIUM,
        role=Role.SUBSCRIBER,
        created_at=services.clock.now(),
    )
    await services.accounts.put(account)
