"""Accounts at a venue, as four types: what is meant for one kind of money cannot be given another.

Host, key and account number belong together and are checked together when the value is made. A host is the venue's
own, or a loopback address, behind which there is no money. Key ids begin with PK for paper and AK for live trading,
paper account numbers with PA (Alpaca's documentation and practice; vendor facts, not a contract).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import final

from argo_core.errors import ConfigError

PAPER_HOST = "https://paper-api.alpaca.markets"
LIVE_HOST = "https://api.alpaca.markets"
PAPER_KEY, LIVE_KEY, PAPER_NUMBER = "PK", "AK", "PA"
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|\[::1\]|localhost)(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Credential:
    """A key of a venue. Neither part is shown by `repr`."""

    key_id: str = field(repr=False)
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        """Raises ConfigError for an empty part."""
        if not self.key_id or not self.secret:
            raise ConfigError("the venue's key is incomplete: set both alpaca.api_key and alpaca.secret_key")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedAccount:
    """An account of the simulated exchange. Nothing of it leaves this machine."""

    account_number: str

    def __post_init__(self) -> None:
        """Raises ConfigError without a number."""
        _require_number(self.account_number)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAccount:
    """A paper account: real prices, no money. `account_number` is the one that the key must turn out to belong to."""

    account_number: str
    credential: Credential
    host: str = PAPER_HOST

    def __post_init__(self) -> None:
        """Raises ConfigError where host, key and number do not belong together."""
        _require_number(self.account_number)
        _require_host(self.host, PAPER_HOST, "paper")
        _require_paper(self.credential, self.account_number)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAccount:
    """An account with real money."""

    account_number: str
    credential: Credential
    host: str = LIVE_HOST

    def __post_init__(self) -> None:
        """Raises ConfigError where host, key and number do not belong together."""
        _require_number(self.account_number)
        _require_host(self.host, LIVE_HOST, "live")
        _require_live(self.credential, self.account_number)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PropAccount:
    """An account under a prop firm's rules; the host says whether it is an evaluation on paper or funded."""

    account_number: str
    credential: Credential
    host: str

    def __post_init__(self) -> None:
        """Raises ConfigError where host, key and number do not belong together."""
        _require_number(self.account_number)
        if self.host == LIVE_HOST:
            _require_live(self.credential, self.account_number)
        else:
            _require_host(self.host, PAPER_HOST, "paper")
            _require_paper(self.credential, self.account_number)


def is_paper(account: PropAccount) -> bool:
    """True where no money moves: an evaluation."""
    return account.host != LIVE_HOST


def is_loopback(host: str) -> bool:
    """True for an http address of this machine."""
    return _LOOPBACK.fullmatch(host) is not None


def _require_number(account_number: str) -> None:
    if not account_number.strip():
        raise ConfigError("no account is pinned: set the account number that this executor may trade")


def _require_host(host: str, expected: str, kind: str) -> None:
    if host != expected and not is_loopback(host):
        raise ConfigError(f"{host!r} is not the {kind} host: a {kind} account trades at {expected} and nowhere else")


def _require_paper(credential: Credential, account_number: str) -> None:
    if credential.key_id.startswith(LIVE_KEY):
        raise ConfigError(
            "this is a live key on the paper host: take the key of the paper account (it begins with PK), "
            "or configure this executor as live"
        )
    if not credential.key_id.startswith(PAPER_KEY):
        raise ConfigError("this key is not one for paper trading: keys of paper accounts begin with PK")
    if not account_number.startswith(PAPER_NUMBER):
        raise ConfigError(
            f"{account_number} is not a paper account: paper account numbers begin with PA; configure this executor "
            "as live, or pin the number of its paper account"
        )


def _require_live(credential: Credential, account_number: str) -> None:
    if credential.key_id.startswith(PAPER_KEY):
        raise ConfigError(
            "this is a paper key on the live host: take the key of the live account (it begins with AK), "
            "or configure this executor as paper"
        )
    if not credential.key_id.startswith(LIVE_KEY):
        raise ConfigError("this key is not one for live trading: keys of live accounts begin with AK")
    if account_number.startswith(PAPER_NUMBER):
        raise ConfigError(
            f"{account_number} is a paper account: pin the number of the live account, or configure this executor "
            "as paper"
        )
