"""What somebody can do about the rules of an account of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from alpine_core.errors import NotEntitled, NotThere, ReaderError
from alpine_core.model.account import Account
from alpine_core.model.notice import NoticeChannel, NoticeFilter, NoticeRule
from alpine_core.model.record import RecordKind
from alpine_core.model.tier import Tier, TierTerms
from alpine_core.notices.matching import open_channels
from alpine_core.ports.clock import Clock
from alpine_core.ports.notice_rules import NoticeRules

MOST_RULES = 20


class RuleDesk:
    """`terms` gives the row of a tier that is in force, `new_id` a fresh text at each call. Raises StoreError."""

    def __init__(
        self, rules: NoticeRules, clock: Clock, terms: Callable[[Tier], TierTerms], new_id: Callable[[], str]
    ) -> None:
        self._rules, self._clock, self._terms, self._new_id = rules, clock, terms, new_id

    def channels(self, account: Account) -> tuple[NoticeChannel, ...]:
        """The ways that are open to the account's tier now."""
        allowed = open_channels(self._terms(account.tier))
        return tuple(channel for channel in NoticeChannel if channel in allowed)

    async def of(self, account: Account) -> tuple[NoticeRule, ...]:
        """The account's rules, newest first."""
        return await self._rules.of_account(account.account_id)

    async def add(self, account: Account, wanted: NoticeFilter, channels: Sequence[NoticeChannel]) -> NoticeRule:
        """A new rule; symbols are put into capitals, once each.

        Raises NotEntitled for a channel that the tier lacks, ReaderError for no channel, members out of range, and one
        rule more than an account may have.
        """
        allowed = self.channels(account)
        if not set(channels) <= set(allowed):
            raise NotEntitled(f"{account.tier.value} has {', '.join(allowed)}: ask for these or a higher tier")
        if not channels:
            raise ReaderError("a rule needs a way to you: name at least one")
        rule = NoticeRule(
            rule_id=self._new_id(),
            account_id=account.account_id,
            filter=_plain(wanted),
            channels=tuple(channel for channel in NoticeChannel if channel in channels),
            created_at=self._clock.now(),
        )
        if not await self._rules.add(rule, MOST_RULES):
            raise ReaderError(f"there are {MOST_RULES} rules already: remove one first")
        return rule

    async def remove(self, account: Account, rule_id: str) -> None:
        """Raises NotThere for a rule that is not the account's."""
        if not await self._rules.remove(account.account_id, rule_id):
            raise NotThere("there is no such rule: look at the list")


def _plain(wanted: NoticeFilter) -> NoticeFilter:
    symbols = tuple(sorted({symbol.strip().upper() for symbol in wanted.symbols} - {""}))
    events = tuple(kind for kind in RecordKind if kind in wanted.events)
    try:
        told = msgspec.to_builtins(msgspec.structs.replace(wanted, symbols=symbols, events=events))
        return msgspec.convert(told, NoticeFilter, strict=True)
    except msgspec.ValidationError as error:
        raise ReaderError(f"the rule: {error}: correct it") from error
