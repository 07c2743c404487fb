"""Everybody is told of what their tier sees, when it sees it: nothing early, nothing lost, nothing twice."""

from __future__ import annotations

import msgspec
import pytest

from alpine_core.errors import NotEntitled, NotThere, ReaderError
from alpine_core.model import Filling, NoticeChannel, NoticeFilter, RecordKind, Tier
from alpine_core.notices.rule_desk import MOST_RULES
from tests.alpine.core.notices.world import EVERY, World

DAY = 86_400
BOTH = (RecordKind.SIGNAL, RecordKind.OUTCOME)


@pytest.fixture
def world() -> World:
    return World()


async def test_each_tier_is_told_when_it_sees_the_signal_and_not_before(world: World) -> None:
    people = {tier: await world.follower(tier, f"{tier.value}@example.com") for tier in Tier}
    await world.signal("low", confidence=80.0)
    await world.signal("high", confidence=97.0)
    await world.fill()
    told = {tier: await world.inbox(account) for tier, account in people.items()}
    both = [("signal", "high"), ("signal", "low")]
    assert told == {
        Tier.FREE: [],
        Tier.BASIC: [("signal", "low")],
        Tier.PREMIUM: both,
        Tier.INSTITUTIONAL: both,
    }
    world.clock.advance(seconds=DAY - 1)
    await world.fill()
    assert await world.inbox(people[Tier.FREE]) == []
    world.clock.advance(seconds=1)
    await world.fill()
    assert await world.inbox(people[Tier.FREE]) == both
    assert await world.inbox(people[Tier.BASIC]) == both
    recipients = [recipient for recipient, _ in await world.mails()]
    assert "free@example.com" not in recipients


async def test_an_outcome_discloses_its_signal_to_everybody_at_once(world: World) -> None:
    free = await world.follower(Tier.FREE, events=BOTH)
    await world.signal("high", confidence=97.0)
    await world.end("high")
    await world.fill()
    assert await world.inbox(free) == [("outcome", "high")]
    page = await world.office.inbox.page(free, limit=1)
    assert page.items[0].signal is not None
    assert page.items[0].signal.outcome is not None


async def test_what_was_seen_before_the_first_step_is_no_news(world: World) -> None:
    await world.signal("old", confidence=80.0)
    premium = await world.follower(Tier.PREMIUM)
    await world.signal("new", confidence=80.0)
    await world.fill()
    assert await world.inbox(premium) == [("signal", "new")]


async def test_what_is_said_once_is_not_shown_to_a_tier_that_does_not_see_it_any_more(world: World) -> None:
    premium = await world.follower(Tier.PREMIUM)
    await world.signal("high", confidence=97.0)
    await world.fill()
    free = msgspec.structs.replace(premium, tier=Tier.FREE)
    await world.accounts.put(free)
    assert await world.inbox(premium) == [("signal", "high")]
    assert await world.inbox(free) == [("signal", None)]
    world.clock.advance(seconds=DAY)
    await world.fill()
    assert await world.inbox(free) == [("signal", "high")]  # it sees it now, and is not told again


async def test_a_step_that_ended_early_is_taken_again_and_one_that_was_taken_is_not(world: World) -> None:
    premium = await world.follower(Tier.PREMIUM)
    await world.signal("s1", confidence=80.0)
    at = await world.house.ledger.position(Tier.PREMIUM)
    stale = Filling(tier="premium", before="7", after="9", at=world.clock.now())
    assert await world.house.ledger.fill(stale) is False
    assert await world.house.ledger.position(Tier.PREMIUM) == at
    await world.fill()
    await world.fill()
    assert await world.inbox(premium) == [("signal", "s1")]
    assert len(await world.house.shelf.deliveries(premium.account_id, None, 9)) == 1


async def test_signals_that_come_together_come_in_one_mail(world: World) -> None:
    await world.follower(Tier.BASIC, events=BOTH)
    for name in ("s1", "s2"):
        await world.signal(name, confidence=80.0)
    await world.end("s1")
    await world.fill()
    assert await world.mails() == [("ada@example.com", "s1 s2 s1!")]


async def test_no_mail_goes_to_an_address_that_was_never_confirmed(world: World) -> None:
    basic = await world.follower(Tier.BASIC)
    await world.accounts.put(msgspec.structs.replace(basic, email_verified=False))
    await world.signal("s1", confidence=80.0)
    await world.fill()
    assert await world.mails() == []
    assert await world.inbox(basic) == [("signal", "s1")]


async def test_a_rule_for_a_way_alone_leaves_the_inbox_empty(world: World) -> None:
    basic = await world.account(Tier.BASIC)
    await world.office.rules.add(basic, NoticeFilter(), [NoticeChannel.EMAIL])
    await world.fill()
    await world.signal("s1", confidence=80.0)
    await world.fill()
    assert (await world.inbox(basic), await world.mails()) == ([], [("ada@example.com", "s1")])


async def test_a_tier_that_lost_a_way_is_not_told_by_it(world: World) -> None:
    premium = await world.follower(Tier.PREMIUM)
    await world.accounts.put(msgspec.structs.replace(premium, tier=Tier.BASIC))
    await world.signal("s1", confidence=80.0)
    await world.fill()
    assert await world.house.shelf.deliveries(premium.account_id, None, 9) == ()
    assert len(await world.mails()) == 1


async def test_many_signals_are_all_told_of_in_few_steps(world: World) -> None:
    premium = await world.follower(Tier.PREMIUM)
    for number in range(130):
        await world.signal(f"s{number}", confidence=80.0)
    assert await world.office.filling.fill(Tier.PREMIUM) is False
    assert await world.office.inbox.unread(premium) == 130
    first = await world.office.inbox.page(premium, limit=50)
    second = await world.office.inbox.page(premium, before=first.next, limit=50)
    third = await world.office.inbox.page(premium, before=second.next, limit=50)
    assert (third.next, [len(each.items) for each in (first, second, third)]) == (None, [50, 50, 30])


async def test_rules_are_plain_and_held_to_the_tier_and_a_number(world: World) -> None:
    basic = await world.account(Tier.BASIC)
    wanted = NoticeFilter(symbols=("msft", "AAPL", " MSFT "), events=(RecordKind.OUTCOME, RecordKind.SIGNAL))
    made = await world.office.rules.add(basic, wanted, [NoticeChannel.EMAIL, NoticeChannel.IN_APP])
    assert (made.filter.symbols, made.filter.events) == (("AAPL", "MSFT"), BOTH)
    assert made.channels == (NoticeChannel.IN_APP, NoticeChannel.EMAIL)
    with pytest.raises(NotEntitled, match="basic has in_app, email"):
        await world.office.rules.add(basic, NoticeFilter(), EVERY)
    for poor in (NoticeFilter(events=()), NoticeFilter(symbols=("a b",)), NoticeFilter(min_confidence=float("nan"))):
        with pytest.raises(ReaderError, match="the rule"):
            await world.office.rules.add(basic, poor, [NoticeChannel.IN_APP])
    with pytest.raises(ReaderError, match="a way to you"):
        await world.office.rules.add(basic, NoticeFilter(), [])
    for _ in range(MOST_RULES - 1):
        await world.office.rules.add(basic, NoticeFilter(), [NoticeChannel.IN_APP])
    with pytest.raises(ReaderError, match="20 rules already"):
        await world.office.rules.add(basic, NoticeFilter(), [NoticeChannel.IN_APP])
    with pytest.raises(NotThere):
        await world.office.rules.remove(await world.account(Tier.BASIC, "bob@example.com"), made.rule_id)
    await world.office.rules.remove(basic, made.rule_id)
    assert len(await world.office.rules.of(basic)) == MOST_RULES - 1


async def test_everything_about_an_account_is_told_and_forgotten(world: World) -> None:
    premium = await world.follower(Tier.PREMIUM)
    await world.signal("s1", confidence=80.0)
    await world.fill()
    held = await world.office.holding.of_account(premium.account_id)
    assert {name: len(rows) for name, rows in held.items()} == {
        "rules": 1,
        "notices": 1,
        "webhooks": 1,
        "deliveries": 1,
    }
    assert "whsec" not in str(held)
    await world.office.holding.erase(premium)
    await world.office.holding.erase(premium)
    left = await world.office.holding.export(premium)
    assert set(map(len, left.values())) == {0}
