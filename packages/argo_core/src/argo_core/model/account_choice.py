"""From what an operator says of an account to its type: what does not belong together is refused in one sentence."""

from __future__ import annotations

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.venue_account import LIVE_HOST, PAPER_HOST, Credential, LiveAccount, PaperAccount, PropAccount

PAPER, LIVE = "paper", "live"
_HOSTS = {PAPER: PAPER_HOST, LIVE: LIVE_HOST}


class AccountChoice(msgspec.Struct, frozen=True, kw_only=True):
    """`mode` is paper or live; `number` is pinned, under the setting `number_key`; `host` and `stream` are empty for
    the venue's own; `said_paper` is what the operator says of the key, None for nothing; `production`: so says the
    environment."""

    executor_id: str
    mode: str
    prop_firm: bool
    production: bool
    number: str
    number_key: str
    host: str = ""
    stream: str = ""
    said_paper: bool | None = None


def chosen_account(choice: AccountChoice, credential: Credential) -> PaperAccount | LiveAccount | PropAccount:
    """The account as its own type. Raises ConfigError where mode, environment, host, key and number do not belong
    together."""
    mode = choice.mode
    # Real money only where the environment says so as well: two mistakes are needed, not one.
    if mode == LIVE and not choice.production:
        raise ConfigError(
            "trading.mode is live while ARGO_ENV is development: set ARGO_ENV=production, or trade on paper"
        )
    if not choice.number:
        raise ConfigError(
            f"executor {choice.executor_id} is to trade on a {mode} account and none is pinned: set "
            f"{choice.number_key} to the number that its key belongs to"
        )
    if choice.said_paper is not None and choice.said_paper is (mode == LIVE):
        raise ConfigError(
            f"trading.mode is {mode} and the credential says paper: {str(choice.said_paper).lower()}: "
            "correct the one that is wrong"
        )
    host = _host(choice)
    if choice.prop_firm:
        return PropAccount(account_number=choice.number, credential=credential, host=host)
    if mode == LIVE:
        return LiveAccount(account_number=choice.number, credential=credential, host=host)
    return PaperAccount(account_number=choice.number, credential=credential, host=host)


def _host(choice: AccountChoice) -> str:
    host = (choice.host or _HOSTS[choice.mode]).rstrip("/")
    if host == _HOSTS[LIVE if choice.mode == PAPER else PAPER]:
        raise ConfigError(f"trading.mode is {choice.mode} and the trading host is {host}: they do not belong together")
    stream = f"ws{host.removeprefix('http')}/stream"
    if choice.stream and choice.stream.rstrip("/") != stream:
        raise ConfigError(
            f"the trade stream is {choice.stream} and the trading host is {host}: "
            f"set ALPACA_TRADING_STREAM_URL to {stream}, or leave it out"
        )
    return host
