"""Opening a venue: one function for each type of account, so that a live account cannot be opened by mistake."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from argo_core.adapters.alpaca.account_reads import AccountReads
from argo_core.adapters.alpaca.calls import Calls
from argo_core.adapters.alpaca.key_lock import key_lock
from argo_core.adapters.alpaca.naming import Naming
from argo_core.adapters.alpaca.placing import Patience
from argo_core.adapters.alpaca.token_bucket import Pace, TokenBucket
from argo_core.adapters.alpaca.trade_stream import TradeStream
from argo_core.adapters.alpaca.transport import Deadlines, KeyRefused, Line, Transport
from argo_core.adapters.alpaca.venue import AlpacaVenue
from argo_core.errors import ConfigError
from argo_core.model.backoff import Backoff
from argo_core.model.venue_account import LiveAccount, PaperAccount, PropAccount
from argo_core.ports.clock import Clock
from argo_core.ports.exchange_store import ExchangeStore

Account = PaperAccount | LiveAccount | PropAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueParts:
    """What a venue is made of beside its account. `lock_folder` is the same for all executors of a machine."""

    executor_id: str
    store: ExchangeStore
    clock: Clock
    pace: Pace
    lock_folder: Path
    deadlines: Deadlines = Deadlines()
    backoff: Backoff = Backoff()
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class OpenVenue:
    """A venue whose account is the pinned one, and the stream of what happens there."""

    venue: AlpacaVenue
    stream: TradeStream
    account_number: str


@asynccontextmanager
async def open_paper_venue(account: PaperAccount, parts: VenueParts) -> AsyncIterator[OpenVenue]:
    """A paper account. Raises ConfigError (key refused, another account, key in use), StoreError."""
    _require_type(account, PaperAccount)
    async with _opened(account, parts) as opened:
        yield opened


@asynccontextmanager
async def open_live_venue(account: LiveAccount, parts: VenueParts) -> AsyncIterator[OpenVenue]:
    """An account with real money. Raises ConfigError (key refused, another account, key in use), StoreError."""
    _require_type(account, LiveAccount)
    async with _opened(account, parts) as opened:
        yield opened


@asynccontextmanager
async def open_prop_venue(account: PropAccount, parts: VenueParts) -> AsyncIterator[OpenVenue]:
    """A prop firm's account. Raises ConfigError (key refused, another account, key in use), StoreError."""
    _require_type(account, PropAccount)
    async with _opened(account, parts) as opened:
        yield opened


@asynccontextmanager
async def _opened(account: Account, parts: VenueParts) -> AsyncIterator[OpenVenue]:
    async with AsyncExitStack() as stack:
        stack.enter_context(key_lock(parts.lock_folder, account.credential))
        client = await stack.enter_async_context(httpx.AsyncClient(follow_redirects=False))
        line = Line(
            account.host, account.credential, TokenBucket(parts.pace), parts.pace, parts.deadlines, parts.backoff
        )
        reads = AccountReads(line)
        stack.callback(reads.close)
        await _require_account(account, reads)
        calls = Calls(Transport(client, line), parts.clock)
        venue = AlpacaVenue(
            calls, reads, parts.store, Naming(parts.executor_id), parts.clock, parts.pace, parts.patience
        )
        yield OpenVenue(venue, TradeStream(line, parts.clock), account.account_number)


async def _require_account(account: Account, reads: AccountReads) -> None:
    try:
        standing = await reads.standing()
    except KeyRefused as error:
        raise ConfigError(str(error)) from error
    if standing.account_number != account.account_number:
        raise ConfigError(
            f"this key belongs to account {standing.account_number}, but {account.account_number} is pinned: "
            "configure the key and the account number that belong together"
        )


def _require_type(account: object, expected: type) -> None:
    """What the annotation says, for callers that are not type-checked."""
    if type(account) is not expected:
        raise ConfigError(
            f"a {type(account).__name__} cannot be opened as {expected.__name__}: use the function for its own type"
        )
