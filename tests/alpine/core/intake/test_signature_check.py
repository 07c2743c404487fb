"""Signatures of deliveries while their secret is rotated: whichever side is first, nothing genuine is refused."""

from __future__ import annotations

import base64
import itertools

import pytest

from alpine_core.errors import SenderError
from alpine_core.intake.kept_secrets import KeptSecrets
from alpine_core.intake.signature_check import SignatureCheck
from alpine_core.testing.fixed_clock import START, FixedClock
from alpine_core.testing.memory_secret_shelf import MemorySecretShelf
from alpine_core.testing.memory_webhook_ids import MemoryWebhookIds
from alpine_core.verify.webhook import signed_headers

NAME, BODY = "webhook-secret", b'{"signal": 1}'
OLD, NEW, NEWER = ("whsec_" + base64.b64encode(bytes([number]) * 24).decode() for number in (1, 2, 3))


class Rig:
    """A check that began with the old secret, beside a store that holds it."""

    def __init__(self) -> None:
        self.shelf, self.clock, self._numbers = MemorySecretShelf(), FixedClock(), itertools.count()
        self.shelf.put(NAME, OLD, START)
        self.kept = KeptSecrets(self.shelf, {}, self.clock, {NAME: OLD})
        self.check = SignatureCheck((OLD,), self.clock, MemoryWebhookIds(), self.kept, NAME)

    async def taken(self, *secrets: str) -> list[str]:
        """What becomes of a body that is signed with each."""
        told = []
        for secret in secrets:
            headers = signed_headers(secret, f"msg_{next(self._numbers)}", self.clock.now().timestamp(), BODY)
            try:
                await self.check.require(headers, BODY)
                told.append("taken")
            except SenderError as error:
                told.append(error.code)
        return told


async def test_a_body_signed_with_the_new_secret_is_taken_at_once_and_the_old_one_beside_it() -> None:
    rig = Rig()
    assert await rig.taken(OLD, NEW) == ["taken", "bad_signature"]
    rig.clock.advance(seconds=10)
    rig.shelf.put(NAME, NEW, START)
    assert await rig.taken(NEW, OLD) == ["taken", "taken"]


async def test_after_the_next_rotation_the_secret_before_the_last_holds_no_longer() -> None:
    rig = Rig()
    for secret in (NEW, NEWER):
        rig.shelf.put(NAME, secret, START)
        await rig.kept.look((NAME,))
    assert await rig.taken(NEWER, NEW, OLD) == ["taken", "taken", "bad_signature"]


async def test_a_rotation_to_something_that_is_no_secret_changes_nothing() -> None:
    rig = Rig()
    rig.shelf.put(NAME, "not a secret", START)
    await rig.kept.look((NAME,))
    assert await rig.taken(OLD, NEW) == ["taken", "bad_signature"]


async def test_a_repeated_body_is_refused_whichever_secret_signed_it() -> None:
    rig = Rig()
    headers = signed_headers(OLD, "msg_again", rig.clock.now().timestamp(), BODY)
    await rig.check.require(headers, BODY)
    with pytest.raises(SenderError) as refused:
        await rig.check.require(headers, BODY)
    assert refused.value.code == "replayed"


async def test_without_a_secret_nothing_is_required_and_one_in_the_store_changes_that_at_the_next_start() -> None:
    rig = Rig()
    open_check = SignatureCheck((), rig.clock, MemoryWebhookIds(), rig.kept, NAME)
    await open_check.require({}, BODY)
