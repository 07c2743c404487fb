"""Secrets that change while the server runs."""

from __future__ import annotations

import pytest

from alpine_core.errors import StoreError
from alpine_core.intake.kept_secrets import KeptSecrets
from alpine_core.testing.fixed_clock import START, FixedClock
from alpine_core.testing.memory_secret_shelf import MemorySecretShelf

NAME, OLD, NEW, NEXT = "provider-key", "a" * 64, "b" * 64, "c" * 64


def kept(started: str = OLD) -> tuple[KeptSecrets, MemorySecretShelf, FixedClock]:
    shelf, clock = MemorySecretShelf(), FixedClock()
    shelf.put(NAME, OLD, START)
    return KeptSecrets(shelf, {NAME: started}, clock), shelf, clock


async def test_during_a_rotation_the_next_key_and_the_last_are_accepted_and_then_only_they() -> None:
    secrets, shelf, _ = kept()
    shelf.announce(NAME, NEXT)
    await secrets.look((NAME,))
    assert secrets.accepted(NAME) == (OLD, NEXT)
    shelf.put(NAME, NEXT, START)
    assert await secrets.look((NAME,)) == (NAME,)
    assert secrets.accepted(NAME) == (NEXT, OLD)
    shelf.put(NAME, NEW, START)
    await secrets.look((NAME,))
    assert secrets.accepted(NAME) == (NEW, NEXT)


async def test_unknown_keys_have_the_store_asked_at_most_once_in_ten_seconds() -> None:
    secrets, shelf, clock = kept()
    for _ in range(50):
        await secrets.look_for(NAME)
    assert shelf.asked == 2
    clock.advance(seconds=10)
    await secrets.look_for(NAME)
    assert shelf.asked == 4


async def test_a_store_that_is_gone_changes_nothing_and_says_so_until_it_is_back() -> None:
    secrets, shelf, _ = kept()
    shelf.put(NAME, NEW, START)
    shelf.gone = True
    await secrets.look_for(NAME)
    with pytest.raises(StoreError):
        await secrets.look()
    assert (secrets.accepted(NAME), secrets.away) == ((OLD,), "the shelf of secrets does not answer")
    shelf.gone = False
    await secrets.look()
    assert (secrets.accepted(NAME), secrets.away) == ((NEW,), "")


async def test_without_a_store_the_keys_of_the_settings_stay() -> None:
    secrets = KeptSecrets(None, {NAME: f"{NEW},{OLD}"}, FixedClock())
    await secrets.look_for(NAME)
    assert (await secrets.look((NAME,)), secrets.accepted(NAME)) == ((), (NEW, OLD))


async def test_what_is_sent_is_exchanged_and_a_refused_one_has_another_to_try() -> None:
    secrets, shelf, _ = kept()
    assert (secrets.changed(), secrets.other_than(OLD)) == ({}, None)
    shelf.put(NAME, NEW, START)
    await secrets.look((NAME,))
    assert (secrets.changed(), secrets.other_than(NEW), secrets.name_of(OLD)) == ({OLD: NEW}, OLD, NAME)


async def test_what_is_asked_for_by_name_follows_and_is_never_exchanged_in_requests() -> None:
    shelf, password = MemorySecretShelf(), "the-password, with a comma"
    shelf.put(NAME, OLD, START)
    shelf.put("mail", password, START)
    secrets = KeptSecrets(shelf, {NAME: OLD}, FixedClock(), {"mail": "the-password-of-before", "unset": ""})
    assert await secrets.look() == ("mail",)
    assert (secrets.now("mail"), secrets.now("unset"), secrets.changed(), secrets.texts()) == (
        password,
        None,
        {},
        (OLD,),
    )
