"""The provable log as one use case: seal what is published, reveal it in time, log how it ended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec

from argo_core.errors import ConfigError, InvariantError, StoreError
from argo_core.ledger.additions import Additions
from argo_core.ledger.batch import Draft
from argo_core.ledger.caught_up import caught_up, require_ours, require_signed
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.ledger_policy import LedgerPolicy, PolicyText
from argo_core.ledger.note_key import SigningKey
from argo_core.model.cycle import MessageKind, OutboxMessage
from argo_core.model.ledger import LedgerBatch, LedgerState, LogHead, Seal
from argo_core.model.log_growth import LogGrowth
from argo_core.model.outcome import Outcome
from argo_core.model.signal import SealedSignal
from argo_core.ports.ledger_store import LedgerStore
from argo_core.ports.ledger_turns import LedgerTurns

TRADES_AT_ONCE = 200
MAX_SKEW = timedelta(seconds=5)
"""How far a signal's time may be from its entry's; a clock that went back further must be set right first."""


@dataclass(frozen=True, slots=True, eq=False)
class CycleDraft:
    """What a cycle adds, not stored yet. `seals` in the order of the cycle's signals."""

    draft: Draft
    seals: tuple[Seal, ...]
    after: LedgerState

    @property
    def batch(self) -> LedgerBatch:
        """What is stored with the cycle."""
        return self.draft.batch


class Ledger:
    """Keeps the log's end in memory beside the store. One writer at a time, one call at a time.

    After a failed append it reloads; it does not guess what was written. `new_salt` gives 32 fresh random bytes.
    `turns` None: no other process writes this log.
    """

    def __init__(
        self,
        store: LedgerStore,
        keys: Sequence[SigningKey],
        policy: LedgerPolicy,
        new_salt: Callable[[], bytes],
        turns: LedgerTurns | None = None,
    ) -> None:
        if not keys or any(key.name != policy.origin for key in keys):
            raise ConfigError(f"ledger: the log {policy.origin} needs a signing key of its own name")
        self._store, self._keys, self._policy, self._new_salt = store, tuple(keys), policy, new_salt
        self._turns = turns
        self._state: LedgerState | None = None
        self._seen = LogHead()
        self._started = False
        self._turned: date | None = None
        self._changed: tuple[PolicyText, ...] = ()

    @property
    def policy(self) -> LedgerPolicy:
        """What this log is called and promises."""
        return self._policy

    async def head(self) -> LogHead:
        """The log's end, loaded when it is not known. Raises StoreError."""
        return (await self._loaded()).head

    def follow(self, text: PolicyText) -> None:
        """This text binds us in the place of its last version; the next `keep` logs it, before whatever is decided
        under it."""
        others = tuple(one for one in self._policy.followed if one.name != text.name)
        self._policy = msgspec.structs.replace(self._policy, followed=(*others, text))
        self._changed = (*self._changed, text)

    async def keep(self, now: datetime, topics: Sequence[str] = ()) -> LedgerBatch | None:
        """Append what is due without a cycle, and tell `topics`; None if nothing is.

        On an empty log its genesis; at the first call policies that changed and signals from before the log; at the
        first of a UTC day the roots of the finished days and the tally; reveals whose time has come; finished trades of
        signals that are revealed, oldest first. Trades without an entry of their own are told with the next batch.
        Raises StoreError, also for a clock that went back.
        """
        async with self.turn():
            return await self._kept(now, topics)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """While the block runs nobody else appends, and what is known of the log is what is stored: for whoever takes
        a time from `not_before`, drafts and appends. It ends with the first append.

        What others appended is read, and nothing else; where that does not lead to the newest note, the end is read
        whole. Raises StoreError, also for a log that is not the one that this process has seen any more.
        """
        if self._turns is None:
            yield
            return
        async with self._turns.mine(self._seen.size) as growth:
            await self._follow(growth)
            yield

    async def _follow(self, growth: LogGrowth) -> None:
        require_ours(self._seen, growth)
        self._state = None if self._state is None else caught_up(self._state, growth)
        if self._state is None:
            require_signed((await self._loaded()).head, growth)
        self._know(self._state)

    def _know(self, state: LedgerState | None) -> None:
        if state is not None:
            self._state, self._seen = state, state.head

    async def _kept(self, now: datetime, topics: Sequence[str]) -> LedgerBatch | None:
        state = await self._loaded()
        at = self.not_before(now)
        additions = Additions(state, at)
        if not self._started:
            await self._begin(additions, state)
        if self._turned != at.date():  # not the head's day: a cycle may have signed in the new one already
            await self._turn_day(additions, state, at)
        for text in self._changed:
            additions.policy(text)
        additions.due_reveals(self._policy.reveal_margin)
        for due in await self._store.trades_due(TRADES_AT_ONCE):
            additions.realised(due)
        batch = await self._append_alone(additions, topics) if len(additions) else None
        self._started, self._turned, self._changed = True, at.date(), ()
        return batch

    def not_before(self, now: datetime) -> datetime:
        """`now`, or the time of the last entry if that is later: times in the log never go back.

        Raises StoreError for a clock more than 5 s behind the log, InvariantError before the log was loaded.
        """
        if self._state is None:
            raise InvariantError("the ledger's state is not loaded: call keep first")
        last = self._state.head.at
        if last is None or last <= now:
            return now
        if last - now > MAX_SKEW:
            raise StoreError(
                f"the clock is {last - now} behind the ledger's last entry: set it right; nothing was signed"
            )
        return last

    def draft(
        self, at: datetime, signals: Sequence[SealedSignal], outcomes: Sequence[Outcome], source: str
    ) -> CycleDraft | None:
        """What a cycle adds at `at` (from `not_before`); None if nothing. `source` names where exit prices come from.

        The cycle is stored next, with the batch, and then told by `appended`; or this is `forgotten`.
        """
        if self._state is None:
            raise InvariantError("the ledger's state is not loaded: call keep first")
        additions = Additions(self._state, at)
        for sealed in signals:
            additions.signal(sealed, self._policy.stream, self._new_salt(), self._policy.reveal_after)
        for ended in outcomes:
            additions.outcome(ended, source)
        if not len(additions):
            return None
        made, after = additions.draft(self._policy.origin, self._keys)
        return CycleDraft(made, made.batch.seals, after)

    def appended(self, drafted: CycleDraft) -> None:
        """The cycle with this draft is durable."""
        self._know(drafted.after)

    def forget(self) -> None:
        """An append failed: what is stored is read anew."""
        self._state = None

    async def log_key(self, action: str, vkey: str, now: datetime, topics: Sequence[str] = ()) -> LedgerBatch:
        """Log that a key is added (`add`) or retired (`retire`). Raises LedgerError `bad_entry`, StoreError."""
        additions = Additions(await self._loaded(), self.not_before(now))
        additions.key(action, vkey)
        return await self._append_alone(additions, topics)

    async def correct(
        self, of: int, reason: str, replaces: Mapping[str, object], now: datetime, topics: Sequence[str] = ()
    ) -> LedgerBatch:
        """Log that entry `of` no longer holds in the members `replaces`, and why. Raises LedgerError, StoreError."""
        state = await self._loaded()
        if not 0 <= of < state.head.size or not reason or not replaces:
            raise LedgerError("bad_entry", f"a correction names an entry below {state.head.size}, a reason and members")
        additions = Additions(state, self.not_before(now))
        additions.correction(of, reason, replaces)
        return await self._append_alone(additions, topics)

    async def _append_alone(self, additions: Additions, topics: Sequence[str]) -> LedgerBatch:
        made, after = additions.draft(self._policy.origin, self._keys)
        self._state = None
        messages = (*announcements(made.batch, topics), *realised_messages(made, additions.statements, topics))
        await self._store.append(made.batch, messages)
        self._know(after)
        return made.batch

    async def _begin(self, additions: Additions, state: LedgerState) -> None:
        if state.head.size == 0:
            additions.genesis(self._policy.origin)
        begun = {fact.subject for fact in state.facts if fact.kind == "policy"}
        for text in (*self._policy.all_texts, *(one for one in self._policy.followed if one.name in begun)):
            additions.policy(text)
        for scheme, hashes in sorted((await self._store.unsealed()).items()):
            additions.legacy(scheme, hashes)

    async def _turn_day(self, additions: Additions, state: LedgerState, at: datetime) -> None:
        today = at.date().isoformat()
        for day in await self._store.days(today):
            additions.day(day)
        tallied = [fact.subject for fact in state.facts if fact.kind == "tally"]
        if state.head.next_seq and (not tallied or tallied[-1] < today):
            additions.tally()

    async def _loaded(self) -> LedgerState:
        if self._state is None:
            self._state = await self._store.load()
        return self._state


def announcements(batch: LedgerBatch, topics: Sequence[str]) -> tuple[OutboxMessage, ...]:
    """The messages that bring distributors' mirrors to the end of this batch."""
    key, payload = ledger_message(batch.head.size)
    return tuple(OutboxMessage(topic=topic, key=key, payload=payload) for topic in topics)


def realised_messages(made: Draft, statements: Mapping[str, str], topics: Sequence[str]) -> tuple[OutboxMessage, ...]:
    """What distributors are told of finished trades: each statement, and what proves it if it has an entry."""
    bodies = {
        leaf.trade_id: realised_body(statements[leaf.trade_id], made, leaf.leaf_index)
        for leaf in made.batch.realised
        if leaf.trade_id in statements
    }
    return tuple(
        OutboxMessage(topic=topic, key=f"{MessageKind.REALISED}:{trade_id}", payload=body)
        for topic in topics
        for trade_id, body in bodies.items()
    )


def realised_body(statement: str, made: Draft, leaf_index: int | None) -> bytes:
    """The members of a statement and, if it has an entry, of its proof, as one object."""
    if leaf_index is None:
        return statement.encode()
    proof = {
        "leaf_index": leaf_index,
        "entry": made.entry_text(leaf_index),
        "tlog_proof": made.tlog_proof(leaf_index),
    }
    return statement[:-1].encode() + b"," + msgspec.json.encode(proof)[1:]


def ledger_message(size: int) -> tuple[str, bytes]:
    """Key and payload of a message that says no more than how long the log is: what to send is read at sending."""
    return f"{MessageKind.LEDGER}:{size}", msgspec.json.encode({"size": size})
