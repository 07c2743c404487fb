"""Pages of stored values as the API sends them."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

import msgspec

from argo_core.model.decision import Decision
from argo_core.model.query import Page
from argo_core.model.signal import LoggedSignal, Signal


class SignalDocument(Signal, frozen=True, kw_only=True):
    """A signal and what the log knows about it. `verification_hash` covers the first nine fields, no others.

    `logged`: sealed in the provable log; an imported signal is not, its time cannot be proven.
    """

    verification_hash: str
    scheme: str
    logged: bool
    index: int
    created_at: datetime
    outcome: str | None
    result: str | None
    exit_price: float | None
    profit_loss_pct: float | None
    net_pct: float | None


class SignalPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` goes into `before` for the page that follows; None on the last."""

    items: tuple[SignalDocument, ...]
    next: int | None


class DecisionPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` goes into `before` for the page that follows; None on the last."""

    items: tuple[Decision, ...]
    next: int | None


def signal_document(stored: LoggedSignal, *, logged: bool) -> SignalDocument:
    """One stored signal as it is sent."""
    known = msgspec.structs.asdict(stored)
    sealed = known.pop("sealed")
    signal = msgspec.structs.asdict(sealed.signal)
    return SignalDocument(
        **signal, verification_hash=sealed.verification_hash, scheme=sealed.scheme, logged=logged, **known
    )


def signal_page(page: Page[LoggedSignal], sealed: Set[str]) -> SignalPage:
    """A page of stored signals as it is sent; `sealed` are the ids of those in the provable log."""
    items = (signal_document(one, logged=one.sealed.signal.signal_id in sealed) for one in page.items)
    return SignalPage(items=tuple(items), next=page.next_before)
