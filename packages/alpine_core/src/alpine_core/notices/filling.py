"""From what a tier has come to see to notices, mails and calls: one step of the feed after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from alpine_core.feed import FeedItem, SignalFeed
from alpine_core.model.notice import Addressee, Filling, NewNotice, NoticeChannel, NoticeLine, NoticeMail
from alpine_core.model.record import RecordKind
from alpine_core.model.tier import Tier
from alpine_core.notices.matching import channels_for
from alpine_core.ports.clock import Clock
from alpine_core.ports.notice_ledger import NoticeLedger
from alpine_core.ports.notice_letters import NoticeLetters
from alpine_core.ports.notice_rules import NoticeRules
from alpine_core.tiers import SignalView

STEP = 50
LONGEST_STEP = 1000
MOST_NOTICES = 20_000


class _News(NamedTuple):
    """A record that a tier has just come to see. Seals are none: they say nothing that a rule could want."""

    cursor: int
    kind: RecordKind
    view: SignalView


class NoticeFilling:
    """Reads each tier's feed as a subscriber would, so nobody is told earlier or more than the tier sees.

    The position is stored with what came of the step: a crash loses no notice and makes none twice. Any number of
    workers may do it. `new_id` gives a fresh text at each call. Raises StoreError.
    """

    def __init__(
        self,
        feed: SignalFeed,
        rules: NoticeRules,
        ledger: NoticeLedger,
        letters: NoticeLetters,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._feed, self._rules, self._ledger = feed, rules, ledger
        self._letters, self._clock, self._new_id = letters, clock, new_id

    async def fill(self, tier: Tier) -> bool:
        """One step along the tier's feed; whether there may be more at this moment."""
        now = self._clock.now()
        before = await self._ledger.position(tier)
        if before is None:
            # From the beginning of notices on: what was seen before is no news.
            start = await self._feed.start(tier, now)
            await self._ledger.fill(Filling(tier=tier.value, before=None, after=start, at=now))
            return True
        page = await self._feed.after(before, tier, now, STEP)
        if page.position == before:
            return False
        addressees = await self._rules.of_tier(tier) if page.items else ()
        if page.more:
            # One writing for many records: where nobody asks for notices, they do not hold up what comes in.
            most = min(LONGEST_STEP, MOST_NOTICES // max(1, len(addressees)))
            page = await self._feed.after(before, tier, now, max(STEP, most))
        news = tuple(_news(page.items))
        filling = self._filling(Filling(tier=tier.value, before=before, after=page.position, at=now), news, addressees)
        # Where this is refused another worker was quicker, and the next step begins where it stands.
        return not await self._ledger.fill(filling) or page.more

    def _filling(self, step: Filling, news: Sequence[_News], addressees: Sequence[Addressee]) -> Filling:
        terms = self._feed.entitlements.terms(Tier(step.tier))
        notices: list[NewNotice] = []
        mails: list[NoticeMail] = []
        for each in addressees:
            ways = [(one, channels_for(each.rules, one.kind, one.view, terms)) for one in news]
            notices += [self._notice(each, one, way) for one, way in ways if way]
            mailed = [one for one, way in ways if NoticeChannel.EMAIL in way]
            if mailed and each.email is not None:
                mails.append(self._mail(each.account_id, each.email, mailed, step.at))
        return Filling(
            tier=step.tier, before=step.before, after=step.after, at=step.at, notices=tuple(notices), mails=tuple(mails)
        )

    def _notice(self, to: Addressee, one: _News, way: frozenset[NoticeChannel]) -> NewNotice:
        called = to.endpoint_ids if NoticeChannel.WEBHOOK in way else ()
        return NewNotice(
            account_id=to.account_id,
            cursor=one.cursor,
            kind=one.kind,
            shown=NoticeChannel.IN_APP in way,
            deliveries=tuple((self._new_id(), endpoint_id) for endpoint_id in called),
        )

    def _mail(self, account_id: str, email: str, news: Sequence[_News], at: datetime) -> NoticeMail:
        lines = [_line(one) for one in news]
        cursors = tuple(one.cursor for one in news)
        return NoticeMail(account_id=account_id, cursors=cursors, mail=self._letters.write(email, lines, at))


def _news(items: Sequence[FeedItem]) -> Iterator[_News]:
    for item in items:
        if isinstance(item.view, SignalView):
            yield _News(item.cursor, RecordKind(item.kind.value), item.view)


def _line(one: _News) -> NoticeLine:
    view = one.view
    return NoticeLine(
        signal_id=view.signal_id,
        symbol=view.symbol,
        action=view.action,
        confidence=view.confidence,
        premium=view.premium,
        entry_price=view.entry_price,
        target_price=view.target_price,
        stop_price=view.stop_price,
        outcome=view.outcome if one.kind is RecordKind.OUTCOME else None,
    )
