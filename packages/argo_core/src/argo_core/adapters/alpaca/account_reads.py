"""Account and clock, read with alpaca-py's client in a thread, under deadlines that it does not have itself.

Its client is synchronous, waits without end, and repeats any request three times, three seconds apart: here each
request has a time-out, is sent once, and is asked for again by us. Its models hold for these two answers; they do not
for orders (no group ids), positions and assets (an exchange or class that they do not name is an error).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import msgspec
from pydantic import ValidationError
from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter

from argo_core.adapters.alpaca import sdk
from argo_core.adapters.alpaca.order_parse import decimal_from
from argo_core.adapters.alpaca.transport import Line, key_refused
from argo_core.errors import DataError, Unavailable
from argo_core.model.asset import AssetType

ACTIVE = "ACTIVE"


class VenueStanding(msgspec.Struct, frozen=True, kw_only=True):
    """The account as the venue states it. Money in quote currency. `buying_power` is without borrowed money, which is
    what crypto may be bought with and what the simulated exchange grants."""

    account_number: str
    equity: float
    cash: float
    buying_power: float
    trading_blocked: bool
    shorting: bool
    open_markets: frozenset[str]


class AccountReads:
    """One account's two reads."""

    def __init__(self, line: Line) -> None:
        self._line = line
        credential, deadlines = line.credential, line.deadlines
        self._client = sdk.TradingClient(credential.key_id, credential.secret, url_override=line.host)
        # The client offers neither a time-out nor a way to send once: both are set on what it sends through.
        self._client._retry = 0
        for scheme in ("http://", "https://"):
            self._client._session.mount(scheme, _Timed(deadlines.connect, deadlines.answer))

    async def standing(self) -> VenueStanding:
        """Account and open markets now. Raises Unavailable; KeyRefused where that is why."""
        account = cast(sdk.TradeAccount, await self._asked(self._client.get_account))
        clock = cast(sdk.Clock, await self._asked(self._client.get_clock))
        try:
            return _standing(account, clock)
        except DataError as error:
            raise Unavailable(str(error)) from error

    def close(self) -> None:
        """Let go of its connections."""
        self._client._session.close()

    async def _asked(self, read: Callable[[], Any]) -> Any:
        line = self._line
        for attempt in range(1, line.deadlines.attempts + 1):
            await line.bucket.take(order=False)
            try:
                longest = line.deadlines.connect + 2 * line.deadlines.answer
                return await asyncio.wait_for(asyncio.to_thread(read), longest)
            except sdk.APIError as error:
                if error.status_code in (401, 403):
                    raise key_refused(self._line.host, error.status_code) from None  # its text may echo the key
            except ValidationError as error:
                fields = sorted({str(each["loc"][0]) for each in error.errors(include_input=False) if each["loc"]})
                raise Unavailable(
                    f"the venue's answer is not understood in {', '.join(fields)}: update the adapter"
                ) from error
            except (RequestException, TimeoutError, ValueError, TypeError):
                pass  # no answer, or a page that is none: asked again below
            if attempt < line.deadlines.attempts:
                await line.pace.sleep(line.backoff.wait_seconds(attempt, line.pace.chance()))
        raise Unavailable("the venue does not tell the account's state: try again later")


class _Timed(HTTPAdapter):
    """Sends with time-outs."""

    def __init__(self, connect: float, answer: float) -> None:
        super().__init__()
        self._timeout = (connect, answer)

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        return super().send(request, *args, **{**options, "timeout": self._timeout})


def _standing(account: sdk.TradeAccount, clock: sdk.Clock) -> VenueStanding:
    """What may not be known counts as blocked; fields that the venue took away are not asked for."""
    active = getattr(account.status, "value", account.status) == ACTIVE
    free = account.trading_blocked is False and account.account_blocked is False
    crypto = getattr(account.crypto_status, "value", account.crypto_status) == ACTIVE
    markets = {AssetType.EQUITY.value: bool(clock.is_open), AssetType.CRYPTO.value: crypto}
    powers = [_money(account.buying_power), _money(account.non_marginable_buying_power or account.buying_power)]
    return VenueStanding(
        account_number=account.account_number,
        equity=_money(account.equity),
        cash=_money(account.cash),
        buying_power=max(min(powers), 0.0),
        trading_blocked=not (active and free) or account.trade_suspended_by_user is True,
        shorting=account.shorting_enabled is True,
        open_markets=frozenset(kind for kind, is_open in markets.items() if is_open),
    )


def _money(text: str | None) -> float:
    value = decimal_from(text)
    if value is None:
        raise DataError("bad_account", "the venue left the account's money out: ask again later")
    return float(value)
