"""The trial of the provider's way, against a real server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from alpine_web.sync_trial import sync_trial
from tests.alpine.web.parts import KEY, Rig, rig_of, served, settings_of

SECRET = "whsec_" + "c2VjcmV0" * 6


def todays(secret: str | None) -> Rig:
    """A server that goes by the same clock as the trial."""
    rig = rig_of(webhook_secret=secret)
    rig.clock.moment = datetime.now(UTC)
    return rig


@pytest.mark.parametrize("secret", [None, SECRET])
async def test_every_step_passes_whether_deliveries_are_signed_or_not(secret: str | None) -> None:
    async with served(todays(secret)) as address:
        steps = await asyncio.to_thread(sync_trial, settings_of(webhook_secret=secret), address)
    assert [(step.name, step.passed) for step in steps] == [
        ("health", True),
        ("signal verified", True),
        ("wrong key refused", True),
    ]


@pytest.mark.parametrize("settings", [{"provider_keys": (KEY[::-1],)}, {"webhook_secret": None}])
async def test_another_key_or_no_signature_is_a_failed_step(settings: dict[str, Any]) -> None:
    async with served(todays(SECRET)) as address:
        steps = await asyncio.to_thread(sync_trial, settings_of(**{"webhook_secret": SECRET, **settings}), address)
    assert [step.passed for step in steps] == [True, False, True]
