"""Who sees what, and from when on."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpine_core.errors import OperatorError
from alpine_core.model import DEFAULT_TERMS, Record, RecordKind, Reveal, StoredSignal, Tier
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import MOMENT, sample_outcome, sample_verified
from alpine_core.tiers import Entitlements, SealedView, SignalView
from alpine_core.verify.commitment import commitment

POLICY = Entitlements()
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def stored(confidence: float = 80.0, *, resolved_after: timedelta | None = None) -> StoredSignal:
    return StoredSignal(
        cursor=7,
        verified=SampleLog().sealed(sample_verified("a", confidence=confidence)),
        received_at=MOMENT,
        outcome=None if resolved_after is None else sample_outcome("a"),
        resolved_at=None if resolved_after is None else MOMENT + resolved_after,
    )


@pytest.mark.parametrize(
    ("tier", "confidence", "delay"),
    [
        (Tier.FREE, 80.0, DAY),
        (Tier.FREE, 97.0, DAY),
        (Tier.BASIC, 94.999, 0 * DAY),
        (Tier.BASIC, 95.0, DAY),
        (Tier.PREMIUM, 97.0, 0 * DAY),
        (Tier.INSTITUTIONAL, 97.0, 0 * DAY),
    ],
)
def test_a_signal_is_seen_from_its_moment_on_and_not_before(tier: Tier, confidence: float, delay: timedelta) -> None:
    signal = stored(confidence)
    assert POLICY.visible_at(signal, tier) == MOMENT + delay
    if delay:
        assert POLICY.view(signal, tier, MOMENT + delay - timedelta(microseconds=1)) is None
    assert POLICY.view(signal, tier, MOMENT + delay) is not None


@pytest.mark.parametrize(
    ("tier", "days"), [(Tier.FREE, 30), (Tier.BASIC, 365), (Tier.PREMIUM, None), (Tier.INSTITUTIONAL, None)]
)
def test_history_ends_where_the_terms_say(tier: Tier, days: int | None) -> None:
    signal = stored()
    if days is None:
        assert POLICY.view(signal, tier, MOMENT + 9999 * DAY) is not None
    else:
        assert POLICY.view(signal, tier, MOMENT + days * DAY) is not None
        assert POLICY.view(signal, tier, MOMENT + days * DAY + SECOND) is None


def test_an_outcome_is_public_at_once_and_shows_its_signal_to_those_who_wait() -> None:
    hour = timedelta(hours=1)
    signal = stored(resolved_after=hour)
    assert [POLICY.visible_at(signal, tier) - MOMENT for tier in (Tier.FREE, Tier.PREMIUM)] == [hour, 0 * hour]
    view = POLICY.view(signal, Tier.FREE, MOMENT + hour)
    assert view is not None
    assert (view.outcome, view.resolved_at) == (sample_outcome("a"), MOMENT + hour)


def test_what_the_log_discloses_is_shown_to_those_who_wait() -> None:
    revealed = msgspec.structs.replace(stored(97.0), reveal=Reveal(leaf_index=9, revealed_at=MOMENT + SECOND))
    assert POLICY.visible_at(revealed, Tier.BASIC) == MOMENT + SECOND
    view = POLICY.view(revealed, Tier.BASIC, MOMENT + SECOND)
    assert view is not None
    assert view.reveal_index == 9


def test_an_unlogged_signal_is_shown_to_no_tier_however_late() -> None:
    unlogged = msgspec.structs.replace(stored(80.0, resolved_after=SECOND), verified=sample_verified("a"))
    assert [POLICY.view(unlogged, tier, MOMENT + 20 * DAY) for tier in Tier] == [None, None, None, None]
    record = Record(cursor=7, kind=RecordKind.SIGNAL, recorded_at=MOMENT, stored=unlogged)
    assert [POLICY.view_of_record(record, tier, MOMENT + 20 * DAY) for tier in Tier] == [None, None, None, None]
    assert {POLICY.window(tier, MOMENT).unlogged for tier in Tier} == {False}


def test_a_view_has_what_proves_the_signal() -> None:
    signal = stored()
    view = POLICY.view(signal, Tier.PREMIUM, MOMENT)
    assert view is not None
    assert view.proof is not None
    assert signal.seal is not None
    assert (view.proof.salt, view.proof.leaf_index, view.proof.seq) == (signal.seal.salt, 1, 0)
    assert (view.proof.entry, view.proof.tlog_proof) == (signal.seal.entry, signal.seal.tlog_proof)


def test_a_view_shows_the_signal_and_the_tiers_premium_mark() -> None:
    view = POLICY.view(stored(95.0), Tier.PREMIUM, MOMENT)
    assert view is not None
    assert (view.alpine_signal_id, view.signal_id, view.symbol, view.premium) == (7, "a", "AAPL", True)
    assert view.verification_hash == sample_verified("a", confidence=95.0).verification_hash
    ordinary = POLICY.view(stored(94.9), Tier.PREMIUM, MOMENT)
    assert ordinary is not None
    assert ordinary.premium is False


@given(
    st.floats(0, 100),
    st.none() | st.integers(0, 3 * 86_400),
    st.integers(-10, 3 * 86_400) | st.integers(29 * 86_400, 400 * 86_400),
)
def test_each_tier_sees_at_least_what_the_tier_below_sees(
    confidence: float, resolved_after: int | None, age: int
) -> None:
    signal = stored(confidence, resolved_after=None if resolved_after is None else timedelta(seconds=resolved_after))
    now = MOMENT + timedelta(seconds=age)
    views = [POLICY.view(signal, tier, now) for tier in Tier]
    moments = [POLICY.visible_at(signal, tier) for tier in Tier]
    assert moments == sorted(moments, reverse=True)
    for below, above in pairwise(views):
        if below is not None:
            assert above is not None
            assert above == below
    seen = [POLICY.window(tier, now) for tier in Tier]
    for view, window in zip(views, seen, strict=True):
        live = window.live_below is not None and confidence < window.live_below
        disclosed = resolved_after is not None
        shown = (window.until is None or live or disclosed or window.until >= MOMENT) and (
            window.since is None or window.since <= MOMENT
        )
        assert shown == (view is not None)


def test_terms_in_which_a_tier_sees_less_than_the_one_below_are_refused() -> None:
    replace = msgspec.structs.replace
    for tier, changes in (
        (Tier.PREMIUM, {"delay_seconds": 90_000.0}),
        (Tier.PREMIUM, {"history_days": 1}),
        (Tier.BASIC, {"history_days": 1}),
        (Tier.PREMIUM, {"live_push": False}),
        (Tier.FREE, {"live_below_confidence": 96.0}),
        (Tier.BASIC, {"delay_seconds": float("nan")}),
        (Tier.BASIC, {"tier": Tier.FREE}),
    ):
        terms = dict(DEFAULT_TERMS)
        terms[tier] = replace(terms[tier], **changes)
        with pytest.raises(OperatorError):
            Entitlements(terms)
    with pytest.raises(OperatorError, match="premium"):
        Entitlements({tier: row for tier, row in DEFAULT_TERMS.items() if tier is not Tier.PREMIUM})


@pytest.mark.parametrize(("tier", "sealed"), [(Tier.FREE, True), (Tier.BASIC, True), (Tier.PREMIUM, False)])
def test_a_seal_is_seen_until_its_signal_is_and_says_nothing_of_it(tier: Tier, sealed: bool) -> None:
    signal = msgspec.structs.replace(stored(97.0), received_at=MOMENT + timedelta(milliseconds=250))
    now = signal.received_at
    seen = POLICY.seen(signal, tier, now)
    assert isinstance(seen, SealedView) is sealed
    assert POLICY.seen(signal, tier, now + DAY) == POLICY.view(signal, tier, now + DAY)
    if not isinstance(seen, SealedView):
        return
    assert (seen.alpine_signal_id, seen.leaf_index, seen.stream, seen.seq) == (7, 1, "main", 0)
    assert seen.shown_by == MOMENT + DAY + SECOND
    assert (seen.sealed_at, seen.reveal_by) == ("2026-01-02T14:30:00.123456Z", "2026-01-03T14:30:00.123456Z")
    seal = signal.seal
    assert seal is not None
    told = commitment(bytes.fromhex(seal.salt), bytes.fromhex(signal.verified.verification_hash))
    assert seen.commitment == told.hex()
    text = msgspec.json.encode(seen).decode()
    fields = signal.verified.fields
    secrets = (fields.signal_id + '"', fields.symbol, fields.strategy, "175.25", "97.3", seal.salt)
    assert [secret for secret in (*secrets, signal.verified.verification_hash) if f'"{secret}' in text] == []


def test_whatever_discloses_a_signal_ends_its_seal() -> None:
    revealed = msgspec.structs.replace(stored(97.0), reveal=Reveal(leaf_index=9, revealed_at=MOMENT + SECOND))
    resolved = stored(97.0, resolved_after=SECOND)
    for signal in (revealed, resolved):
        assert isinstance(POLICY.seen(signal, Tier.FREE, MOMENT + SECOND), SignalView)


def test_there_is_no_seal_of_what_is_unlogged_nor_beyond_the_history() -> None:
    unlogged = msgspec.structs.replace(stored(80.0), verified=sample_verified("a"))
    assert POLICY.seen(unlogged, Tier.FREE, MOMENT) is None
    terms = dict(DEFAULT_TERMS)
    terms[Tier.FREE] = msgspec.structs.replace(terms[Tier.FREE], history_days=0.5)
    assert Entitlements(terms).seen(stored(80.0), Tier.FREE, MOMENT + DAY - SECOND) is None


def test_a_stored_entry_that_is_none_is_no_seal() -> None:
    signal = stored(80.0)
    assert signal.seal is not None
    for entry in ("", "[]", "{}", "null"):
        seal = msgspec.structs.replace(signal.seal, entry=entry)
        broken = msgspec.structs.replace(signal, verified=msgspec.structs.replace(signal.verified, seal=seal))
        assert POLICY.seen(broken, Tier.FREE, MOMENT) is None
