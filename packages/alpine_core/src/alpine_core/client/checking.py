"""From what a service claims to a verified signal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from alpine_core.client.errors import BadAnswer
from alpine_core.client.signal import Outcome, Refused, Signal
from alpine_core.errors import NotProven
from alpine_core.model.signal import HASHED_NAMES, OutcomeRecord
from alpine_core.offline.bundle import BundleReport, verify_bundle
from alpine_core.verify.canonical import canonical_bytes
from alpine_core.verify.entries import OutcomeEntry, SignalEntry, read_entry
from alpine_core.verify.outcome_rules import OUTCOME_MISMATCH, is_reckoned, require_word
from alpine_core.verify.trust_policy import TrustPolicy

NEEDS_WITNESSES = "quorum_not_met"
_PROVEN = frozenset({*HASHED_NAMES, "verification_hash", "scheme", "proof", "outcome", "outcome_proof"})
_S = TypeVar("_S", bound=msgspec.Struct)


def bundle_of(claimed: Mapping[str, Any]) -> dict[str, Any]:
    """A signal as the service lists it, in the form of its evidence. Raises NotProven `no_proof`, `bad_bundle`."""
    proof, ended = claimed.get("proof"), claimed.get("outcome_proof")
    if not isinstance(proof, dict):
        raise NotProven("no_proof", "the signal came without proof")
    if ended is None and claimed.get("outcome") is not None:
        raise NotProven("no_proof", "the outcome came without proof")
    nine = {name: claimed[name] for name in HASHED_NAMES if name in claimed}
    kept = {name: claimed.get(name) for name in ("verification_hash", "scheme")}
    return {**proof, "signal": nine, **kept, "outcome": ended}


def checked(claimed: Mapping[str, Any], bundle: Mapping[str, Any], policy: TrustPolicy) -> Signal:
    """The signal, if `bundle` proves it: content, seal, place in the log, witnesses, outcome.

    `bundle` is of `bundle_of`, or the evidence that the service gave when asked. Raises NotProven: those of
    `verify_bundle`, and `hash_mismatch` for another signal's evidence, `outcome_mismatch`.
    """
    report = verify_bundle(bundle, policy)
    _require_same(claimed, report)
    entry = read_entry(bundle["entry"])
    if not isinstance(entry, SignalEntry):
        raise NotProven("bad_entry", "the entry is of another kind")
    nine = {name: report.signal[name] for name in HASHED_NAMES}
    return _convert(
        {
            **nine,
            "verification_hash": bundle["verification_hash"],
            "origin": report.origin,
            "leaf_index": report.index,
            "logged_at": report.at,
            "stream": entry.stream,
            "seq": entry.seq,
            "witnessed_at": report.not_later_than,
            "outcome": _outcome(claimed, bundle, report.outcome),
            "unverified": {name: value for name, value in claimed.items() if name not in _PROVEN},
        },
        Signal,
    )


def refused(claimed: Mapping[str, Any], error: NotProven) -> Refused:
    """What is told of a signal that did not verify."""
    return Refused(signal_id=name_of(claimed), code=error.code, message=str(error), claimed=claimed)


def name_of(claimed: Mapping[str, Any]) -> str:
    """The signal's own name. Raises BadAnswer if it has none."""
    name = claimed.get("signal_id")
    if not isinstance(name, str) or not name:
        raise BadAnswer("the service sent a signal without signal_id: is the address right?")
    return name


def _require_same(claimed: Mapping[str, Any], report: BundleReport) -> None:
    nine = {name: claimed[name] for name in HASHED_NAMES if name in claimed}
    # The evidence may have been fetched apart: it has to be that of the signal which was claimed, to the last field.
    if nine.keys() != report.signal.keys() or canonical_bytes(nine) != canonical_bytes(report.signal):
        raise NotProven("hash_mismatch", "the proof is of another content than the signal")


def _outcome(claimed: Mapping[str, Any], bundle: Mapping[str, Any], entry: OutcomeEntry | None) -> Outcome | None:
    told = claimed.get("outcome")
    if entry is None:
        if told is not None:
            raise NotProven("no_proof", "the outcome came without proof")
        return None
    if told is not None:
        _require_told(_convert(told, OutcomeRecord), claimed, entry)
    return Outcome(
        result=entry.result,
        exit_price=entry.exit_price,
        exit_at=entry.exit_at,
        profit_loss_pct=_gross_pct(claimed, entry),
        leaf_index=bundle["outcome"]["leaf_index"],
    )


def _require_told(told: OutcomeRecord, claimed: Mapping[str, Any], entry: OutcomeEntry) -> None:
    require_word(told)
    same = (told.signal_id, told.result, told.exit_price) == (claimed["signal_id"], entry.result, entry.exit_price)
    if not same or not is_reckoned(told, claimed["action"], claimed["entry_price"]):
        raise NotProven(OUTCOME_MISMATCH, "the outcome is not what the log says")


def _gross_pct(claimed: Mapping[str, Any], entry: OutcomeEntry) -> float | None:
    if entry.exit_price is None:
        return None
    side = 1.0 if claimed["action"] == "BUY" else -1.0
    return 100.0 * side * (entry.exit_price / float(claimed["entry_price"]) - 1.0)


def _convert(value: object, kind: type[_S]) -> _S:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise NotProven("bad_bundle", f"what was proven cannot be read: {error}") from None
