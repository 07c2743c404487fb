"""How subscribers pay: by Stripe, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from alpine_core.errors import OperatorError
from alpine_core.model import Tier

T = TypeVar("T")

STRIPE_URL = "https://api.stripe.com"
PRICE_NAMES: Mapping[Tier, str] = MappingProxyType(
    {
        Tier.BASIC: "STRIPE_PRICE_BASIC",
        Tier.PREMIUM: "STRIPE_PRICE_PREMIUM",
        Tier.INSTITUTIONAL: "STRIPE_PRICE_INSTITUTIONAL",
    }
)
PAYMENT_NAMES = ("STRIPE_URL", *PRICE_NAMES.values(), "ALPINE_PAYMENT_GRACE_DAYS")
PAYMENT_SECRETS = ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET")


class GivenTexts(Protocol):
    """What was given, by name."""

    def text(self, name: str, default: str) -> str: ...

    def number(self, name: str, default: T, kind: Callable[[str], T], low: float, high: float) -> T: ...


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """`secret_key` empty: nothing is sold. `prices`: of each tier the ids of its prices, the first is sold.

    Raises OperatorError, one line, for settings that contradict each other.
    """

    url: str = STRIPE_URL
    secret_key: str = field(default="", repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    prices: Mapping[Tier, tuple[str, ...]] = field(default_factory=dict)
    grace: timedelta = timedelta(days=7)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        here = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.scheme != "https" and not (parts.scheme == "http" and here):
            raise OperatorError("STRIPE_URL must begin with https://, or http:// for this machine")
        if bool(self.secret_key) != bool(self.webhook_secrets):
            raise OperatorError("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET: set both or none")
        if len(self.webhook_secrets) > 2:
            raise OperatorError("STRIPE_WEBHOOK_SECRET has more than two secrets: keep the new one and the one before")
        ids = [price for prices in self.prices.values() for price in prices]
        if len(ids) != len(set(ids)):
            raise OperatorError("one price stands for two tiers: give each of STRIPE_PRICE_… its own")
        if self.secret_key and not ids:
            raise OperatorError("STRIPE_SECRET_KEY is set and no price: set STRIPE_PRICE_BASIC or of another tier")


def read_payment_settings(given: GivenTexts) -> PaymentSettings:
    """The settings of payments."""
    return PaymentSettings(
        url=given.text("STRIPE_URL", STRIPE_URL).rstrip("/"),
        secret_key=given.text("STRIPE_SECRET_KEY", ""),
        webhook_secrets=_listed(given.text("STRIPE_WEBHOOK_SECRET", "")),
        prices={tier: _listed(given.text(name, "")) for tier, name in PRICE_NAMES.items()},
        grace=timedelta(days=given.number("ALPINE_PAYMENT_GRACE_DAYS", 7.0, float, 0, 60)),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
