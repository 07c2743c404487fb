"""Words and numbers as pages show them. Each function here is a filter of the templates, by its own name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from alpine_core.model import Cosignature, OutcomeRecord, TierTerms
from alpine_core.tiers import SignalView
from alpine_core.verify.es_number import es_number
from alpine_web.web.views.account_words import event_words, subscription_words
from alpine_web.web.views.simulation import exit_words, money

NOTHING = "none"
DASH = "–"
TONES = {"BUY": "buy", "SELL": "sell"}
OUTCOME_TONES = {
    "win": "text-alpine-semantic-success",
    "loss": "text-alpine-semantic-error",
    "expired": "text-alpine-text-muted",
}
RESULTS = {
    "target": "target reached",
    "stop": "stop reached",
    "expired": "horizon reached",
    "cancelled": "cancelled",
    "manual": "closed by hand",
}

ACCOUNTS = {
    "simulated": "a simulated account",
    "paper": "a paper account",
    "live": "a live account",
    "prop": "a prop firm account",
}
MODES = {
    "simulated": "Simulated: fills and fees come from a model of an exchange, and no money moved.",
    "paper": "Paper: a broker's practice account filled it, and no money moved.",
    "live": "Live: the provider reports it from an account with real money.",
    "prop": "Prop firm: the provider reports it from an account under a firm's rules.",
}


def exact(value: float | None) -> str:
    """A hashed number as the one text that it has; `none` for null. Never rounded."""
    return NOTHING if value is None else es_number(value)


def price(value: float | None) -> str:
    """A price with up to six significant digits, or a dash."""
    return DASH if value is None else f"{value:,.6g}"


def number(value: float | None) -> str:
    """A number with up to four significant digits, or a dash."""
    return DASH if value is None else f"{value:,.4g}"


def signed_percent(value: float | None) -> str:
    """A percentage with its sign, or a dash; 2.5 means 2.5 %."""
    return DASH if value is None else f"{value:+.2f} %"


def monthly_price(terms: TierTerms) -> str:
    """The price of a month with its currency; `on request` where there is none, `free` where it is nothing."""
    if terms.price_cents is None:
        return "on request"
    return f"{terms.price_cents / 100:,.2f} {terms.currency}" if terms.price_cents else "free"


def age(seconds: float | None) -> str:
    """An age in the unit that suits it, or a dash."""
    if seconds is None:
        return DASH
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if abs(seconds) >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def utc(moment: datetime | str | None) -> str:
    """To the second, without the zone; a text that is no time stays as it is."""
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            return str(moment)
    return DASH if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"


def origin_words(view: SignalView) -> str:
    """Which data the signal speaks about; of recorded history, and of which day of it."""
    if not view.replayed:
        return view.details.data_source or ""
    return f"replayed history, market time {utc(view.details.as_of)}"


def tone(action: str) -> str:
    """The class of a row by its action."""
    return TONES.get(action, "")


def action_color(action: str) -> str:
    """The text colour of an action."""
    return {"buy": "text-alpine-semantic-success", "sell": "text-alpine-semantic-error"}.get(tone(action), "")


def outcome_color(outcome: OutcomeRecord | None) -> str:
    """The text colour of an outcome; an open signal has that of information."""
    return "text-alpine-semantic-info" if outcome is None else OUTCOME_TONES.get(outcome.outcome, "")


def result_color(value: float) -> str:
    """The text colour of a result in per cent, by the sign that is shown with it."""
    return OUTCOME_TONES["win" if value > 0 else "loss"] if f"{value:.2f}".strip("-0.") else ""


def outcome_words(outcome: OutcomeRecord | None) -> str:
    """`open`, or how it ended."""
    return "open" if outcome is None else f"{outcome.outcome}, {RESULTS.get(outcome.result, outcome.result)}"


def account_words(mode: str) -> str:
    """Which kind of account, with its article."""
    return ACCOUNTS.get(mode, f"an account ({mode})")


def mode_words(mode: str) -> str:
    """What the kind of account means for its figures."""
    return MODES.get(mode, "The provider does not say what kind of account this is.")


def witnesses(cosignatures: Sequence[Cosignature]) -> tuple[tuple[str, datetime], ...]:
    """Each witness's name with its newest signature, aware UTC."""
    newest = {one.name: one.time for one in sorted(cosignatures, key=lambda one: one.time)}
    return tuple((name, datetime.fromtimestamp(time, UTC)) for name, time in newest.items())


FILTERS: tuple[Callable[..., object], ...] = (
    exact,
    price,
    number,
    signed_percent,
    age,
    monthly_price,
    utc,
    origin_words,
    tone,
    action_color,
    outcome_color,
    outcome_words,
    result_color,
    account_words,
    mode_words,
    witnesses,
    event_words,
    subscription_words,
    money,
    exit_words,
)
