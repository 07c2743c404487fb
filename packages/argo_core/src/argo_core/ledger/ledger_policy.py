"""What a log is called and promises."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import msgspec

from argo_core.errors import ConfigError
from argo_core.ledger.methodology import METHODOLOGY
from argo_core.ledger.note_key import is_key_name


class PolicyText(msgspec.Struct, frozen=True, kw_only=True):
    """A text that binds us. It is logged by its hash, once for each version."""

    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Of the text in UTF-8, lower-case hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def url(self) -> str:
        """Where the text is served, below the log's own address."""
        return f"/api/v1/ledger/policies/{self.name}"


class LedgerPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """`origin` names the log and its keys, `stream` the series of signals. A signal is revealed at the latest
    `reveal_after_hours` after its issue; we do so `reveal_margin_minutes` before. `texts` bind us besides the
    methodology. `followed` texts are logged from their first change on: whoever never changes them has no entry."""

    origin: str = "argo.localhost/signals"
    stream: str = "main"
    reveal_after_hours: float = 24.0
    reveal_margin_minutes: float = 5.0
    texts: tuple[PolicyText, ...] = ()
    followed: tuple[PolicyText, ...] = ()

    def __post_init__(self) -> None:
        if not is_key_name(self.origin) or not is_key_name(self.stream):
            raise ConfigError("ledger: origin and stream must not be empty or hold white space or a plus sign")
        if not 0 <= self.reveal_margin_minutes / 60 < self.reveal_after_hours:
            raise ConfigError("ledger: reveal_after_hours must be longer than reveal_margin_minutes")

    @property
    def reveal_after(self) -> timedelta:
        return timedelta(hours=self.reveal_after_hours)

    @property
    def reveal_margin(self) -> timedelta:
        return timedelta(minutes=self.reveal_margin_minutes)

    @property
    def all_texts(self) -> tuple[PolicyText, ...]:
        """The methodology, then the others."""
        return (PolicyText(name="methodology", text=METHODOLOGY), *self.texts)

    @property
    def served(self) -> tuple[PolicyText, ...]:
        """Every text that an entry may name."""
        return (*self.all_texts, *self.followed)
