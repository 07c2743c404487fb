"""Secrets that are rotated while a process runs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from argo_core.errors import Unavailable
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.pipeline.kept_secret import KeptSecret
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_secrets import MemorySecrets
from argo_core.testing.sample_cycles import MOMENT

NAME = "argo-alpine/argo/argo-api-key"
OLD, NEW, COMING = "old-key-000000000000", "new-key-000000000000", "coming-key-000000000"


class Rig:
    """A keeper that was started with the stored value."""

    def __init__(self) -> None:
        self.store, self.clock, self.learnt = MemorySecrets(), FixedClock(MOMENT), list[str]()
        self.store.put(NAME, OLD, MOMENT)
        self.keeper = SecretKeeper(self.store, {NAME: OLD}, self.clock, self.learnt.extend)


async def test_a_look_finds_what_was_rotated_and_what_was_started_with_is_exchanged() -> None:
    rig = Rig()
    assert (await rig.keeper.look(), rig.keeper.exchanged()) == ((), {})
    rig.store.put(NAME, NEW, MOMENT)
    assert await rig.keeper.look() == (NAME,)
    assert (rig.keeper.exchanged(), rig.learnt) == ({OLD: NEW}, [NEW])


async def test_a_refused_secret_is_read_again_at_once() -> None:
    rig = Rig()
    rig.store.put(NAME, NEW, MOMENT)
    assert await rig.keeper.refused(OLD) == NEW
    assert rig.keeper.exchanged() == {OLD: NEW}


async def test_while_a_rotation_is_under_way_the_coming_value_is_tried_and_stays_if_it_works() -> None:
    rig = Rig()
    rig.store.prepare(NAME, COMING)
    assert await rig.keeper.refused(OLD) == COMING
    assert rig.keeper.exchanged() == {}
    rig.keeper.works(COMING)
    assert rig.keeper.exchanged() == {OLD: COMING}
    assert COMING in rig.learnt


async def test_a_receiver_that_still_wants_the_value_before_gets_it() -> None:
    rig = Rig()
    rig.store.put(NAME, NEW, MOMENT)
    await rig.keeper.look()
    assert await rig.keeper.refused(NEW) == OLD


async def test_refusals_ask_the_store_at_most_once_in_five_seconds() -> None:
    rig = Rig()
    for _ in range(10):
        assert await rig.keeper.refused(OLD) is None
    assert rig.store.reads == 2  # its value, and the others beside it
    rig.clock.advance(timedelta(seconds=5))
    await rig.keeper.refused(OLD)
    assert rig.store.reads == 4


async def test_a_store_that_is_away_leaves_everything_as_it_is() -> None:
    rig = Rig()
    rig.store.put(NAME, NEW, MOMENT)
    rig.store.away = True
    assert await rig.keeper.refused(OLD) is None
    with pytest.raises(Unavailable):
        await rig.keeper.look()
    assert (rig.keeper.exchanged(), rig.keeper.standing) == ({}, "unhealthy")
    rig.store.away = False
    assert (await rig.keeper.look(), rig.keeper.standing) == ((NAME,), "healthy")


async def test_what_is_too_short_to_be_a_key_is_never_exchanged() -> None:
    store = MemorySecrets()
    store.put(NAME, "argo", MOMENT)
    keeper = SecretKeeper(store, {NAME: "argo"}, FixedClock(MOMENT))
    store.put(NAME, "other", MOMENT)
    assert (await keeper.look(), keeper.exchanged(), keeper.keeps) == ((), {}, False)


async def test_without_a_store_all_stays() -> None:
    keeper = SecretKeeper(None, {NAME: OLD}, FixedClock(MOMENT))
    assert (await keeper.look(), await keeper.refused(OLD), keeper.standing) == ((), None, "environment")


async def test_what_is_asked_for_by_name_may_be_short_and_is_never_exchanged_in_requests() -> None:
    rig = Rig()
    rig.store.put("email-smtp-password", "short", MOMENT)
    keeper = SecretKeeper(rig.store, {NAME: OLD}, rig.clock, apart={"email-smtp-password": "first", "unset": ""})
    rig.store.put(NAME, NEW, MOMENT)
    assert await keeper.look() == (NAME, "email-smtp-password")
    assert (keeper.now("email-smtp-password"), keeper.now("unset"), keeper.exchanged()) == ("short", None, {OLD: NEW})


async def test_a_caller_may_bring_the_value_in_force_and_the_one_before_it_and_no_older_one() -> None:
    rig = Rig()
    assert rig.keeper.valid(NAME) == (OLD,)
    rig.store.put(NAME, NEW, MOMENT)
    await rig.keeper.look()
    assert rig.keeper.valid(NAME) == (NEW, OLD)
    rig.store.put(NAME, COMING, MOMENT)
    await rig.keeper.look()
    assert rig.keeper.valid(NAME) == (COMING, NEW)


async def test_a_secret_without_a_keeper_stays_and_none_lets_nobody_in() -> None:
    alone, unset = KeptSecret(OLD), KeptSecret("", NAME, Rig().keeper)
    await alone.look()
    assert (alone.now(), alone.valid(), unset.valid()) == (OLD, (OLD,), ())


async def test_a_kept_secret_is_looked_for_when_somebody_brings_another() -> None:
    rig = Rig()
    kept = KeptSecret(OLD, NAME, rig.keeper)
    rig.store.put(NAME, NEW, MOMENT)
    assert (kept.now(), kept.valid()) == (OLD, (OLD,))
    await kept.look()
    assert (kept.now(), kept.valid()) == (NEW, (NEW, OLD))
