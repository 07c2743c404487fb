"""The one account that an executor may trade, as its own type: what does not belong together is refused here."""

from __future__ import annotations

from argo_core.adapters.simulated import simulated_account_number
from argo_core.errors import ConfigError
from argo_core.model.venue_account import (
    LIVE_HOST,
    PAPER_HOST,
    Credential,
    LiveAccount,
    PaperAccount,
    PropAccount,
    SimulatedAccount,
)
from argo_core.risk.proposal import PROP
from argo_server.settings import ExecutorRole
from argo_server.settings.trading_sections import Credentials

Account = SimulatedAccount | PaperAccount | LiveAccount | PropAccount
SIMULATED, LIVE = "simulated", "live"
HOSTS = {"paper": PAPER_HOST, LIVE: LIVE_HOST}


def account_of(role: ExecutorRole, credential: Credentials) -> Account:
    """The account of these settings. Raises ConfigError, one sentence, where mode, environment, host, key and account
    number do not belong together."""
    mode, number = role.settings.file.trading.mode, pinned_number(role)
    if mode == SIMULATED:
        return _simulated(role, credential, number)
    _require_environment(role)
    if not number:
        raise ConfigError(
            f"executor {role.executor_id} is to trade on a {mode} account and none is pinned: set "
            f"{number_key(role)} to the number that its key belongs to"
        )
    if credential.paper is not None and credential.paper is (mode == LIVE):
        raise ConfigError(
            f"trading.mode is {mode} and the credential says paper: {str(credential.paper).lower()}: "
            "correct the one that is wrong"
        )
    host, key = _host(role, mode), Credential(credential.api_key, credential.secret_key)
    if role.prop_firm:
        return PropAccount(account_number=number, credential=key, host=host)
    if mode == LIVE:
        return LiveAccount(account_number=number, credential=key, host=host)
    return PaperAccount(account_number=number, credential=key, host=host)


def account_mode(role: ExecutorRole) -> str:
    """What kind of account orders are meant for: simulated, paper, live or prop."""
    mode = role.settings.file.trading.mode
    return PROP if role.prop_firm and mode != SIMULATED else mode


def pinned_number(role: ExecutorRole) -> str:
    """The account number that the settings name, empty for none."""
    file = role.settings.file
    return file.prop_firm.account_number if role.prop_firm else file.trading.account_number


def number_key(role: ExecutorRole) -> str:
    """The setting that pins it."""
    return "prop_firm.account_number" if role.prop_firm else "trading.account_number"


def _simulated(role: ExecutorRole, credential: Credentials, number: str) -> SimulatedAccount:
    own = simulated_account_number(credential.api_key)
    if number and number != own:
        raise ConfigError(
            f"{number_key(role)} is {number}, but this credential's simulated account is {own}: correct the number, "
            "or set trading.mode to paper or live"
        )
    return SimulatedAccount(account_number=own)


def _require_environment(role: ExecutorRole) -> None:
    """Real money only where the environment says so as well: two mistakes are needed, not one."""
    if role.settings.file.trading.mode == LIVE and role.settings.environment != "production":
        raise ConfigError(
            f"trading.mode is live while ARGO_ENV is {role.settings.environment}: set ARGO_ENV=production, "
            "or trade on paper"
        )


def _host(role: ExecutorRole, mode: str) -> str:
    alpaca = role.settings.file.alpaca
    host = (alpaca.trading_url or HOSTS[mode]).rstrip("/")
    other = next(one for name, one in HOSTS.items() if name != mode)
    if host == other:
        raise ConfigError(f"trading.mode is {mode} and the trading host is {host}: they do not belong together")
    stream = f"ws{host.removeprefix('http')}/stream"
    if alpaca.trading_stream_url and alpaca.trading_stream_url.rstrip("/") != stream:
        raise ConfigError(
            f"the trade stream is {alpaca.trading_stream_url} and the trading host is {host}: "
            f"set ALPACA_TRADING_STREAM_URL to {stream}, or leave it out"
        )
    return host
