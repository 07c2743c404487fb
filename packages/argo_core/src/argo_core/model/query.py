"""What can be asked of the log, and how answers come in pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, TypeVar

import msgspec

from argo_core.errors import DataError
from argo_core.model.consensus import Veto

T = TypeVar("T")


class SignalQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `before` is the cursor of the previous page (exclusive index); `min_confidence` 0–100."""

    symbol: str | None = None
    action: str | None = None
    regime: str | None = None
    outcome: str | None = None
    open_only: bool = False
    min_confidence: float | None = None
    since: datetime | None = None
    before: int | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 50


class DecisionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `before`: the cursor of the previous page (exclusive). DataError `bad_query`: no such veto."""

    symbol: str | None = None
    status: str | None = None
    veto: str | None = None
    cycle_id: str | None = None
    before: int | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 50

    def __post_init__(self) -> None:
        codes = [veto.code for veto in Veto if veto is not Veto.NONE]
        if self.veto is not None and self.veto not in codes:
            raise DataError("bad_query", f"no veto is called {ascii(self.veto)[:40]}: use one of {', '.join(codes)}")


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """`next_before` is the cursor of the next page, None on the last."""

    items: tuple[T, ...]
    next_before: int | None


class SignalStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """Counts over the whole log. `by_veto` counts decisions by the rule that stopped them."""

    signals: int
    open: int
    wins: int
    losses: int
    last_hour: int
    decisions: int
    vetoed: int
    repeats: int
    cycles: int
    symbols: int
    by_symbol: dict[str, int]
    by_action: dict[str, int]
    by_regime: dict[str, int]
    by_veto: dict[str, int]
    average_win_pct: float | None
    average_loss_pct: float | None
