"""One signal's evidence: everything that shows what was issued, and when, without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from alpine_core.errors import NotProven, SenderError
from alpine_core.model.realised import RealisedTrade
from alpine_core.model.signal import HASHED_NAMES
from alpine_core.model.witness import Cosignature
from alpine_core.offline.realised import verify_realised
from alpine_core.verify.canonical import canonical_bytes, signal_hash
from alpine_core.verify.commitment import commitment, read_hex
from alpine_core.verify.entries import OutcomeEntry, RevealEntry, SignalEntry, read_entry, revealed_canonical
from alpine_core.verify.trust_policy import OpenedProof, TrustPolicy

MOST_SKEW = timedelta(seconds=5)
Kind = TypeVar("Kind", OutcomeEntry, RevealEntry)


class BundleReport(msgspec.Struct, frozen=True, kw_only=True):
    """What holds of a signal. `not_later_than`: seconds since 1970 of the first trusted witness, None without one."""

    signal: Mapping[str, Any]
    index: int
    size: int
    origin: str
    at: str
    cosignatures: tuple[Cosignature, ...]
    not_later_than: int | None
    outcome: OutcomeEntry | None
    revealed: bool
    realised: tuple[RealisedTrade, ...] = ()


def verify_bundle(bundle: Mapping[str, Any], policy: TrustPolicy) -> BundleReport:
    """Content, seal, place in the signed log and witnesses of an evidence bundle or a delivered body.

    Raises NotProven: `bad_bundle`, `hash_mismatch`, `no_proof`, `commitment_mismatch`, `backdated`, `postdated`,
    `bad_entry`, `realised_mismatch` and the codes of `TrustPolicy.open_proof`.
    """
    try:
        signal = _nine(bundle)
        computed = signal_hash(signal)
        if str(bundle.get("verification_hash", "")).lower() != computed:
            raise NotProven("hash_mismatch", f"the fields hash to {computed}")
        if bundle.get("scheme", "jcs-1") != "jcs-1":
            raise NotProven("bad_bundle", "only signals of the scheme jcs-1 can be proven")
        if not bundle.get("entry") or not bundle.get("tlog_proof"):
            raise NotProven("no_proof", "entry or tlog_proof is missing")
        sealed = _sealed(bundle, computed)
        _require_time(signal, sealed)
        proof = _proven(bundle, policy)
        origin = proof.checkpoint.origin
        outcome = _part(bundle, "outcome", OutcomeEntry, policy, origin)
        reveal = _part(bundle, "reveal", RevealEntry, policy, origin)
        realised = verify_realised(bundle, policy, origin)
        if reveal is not None and revealed_canonical(reveal) != canonical_bytes(signal):
            raise NotProven("bad_entry", "the log disclosed another content")
    except NotProven:
        raise
    except (SenderError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotProven("bad_bundle", f"the bundle cannot be read: {error}") from None
    times = [each.time for each in proof.checkpoint.cosignatures]
    return BundleReport(
        signal=signal,
        index=proof.index,
        size=proof.checkpoint.size,
        origin=origin,
        at=sealed.at,
        cosignatures=proof.checkpoint.cosignatures,
        not_later_than=min(times, default=None),
        outcome=outcome,
        revealed=reveal is not None,
        realised=realised,
    )


def _nine(bundle: Mapping[str, Any]) -> Mapping[str, Any]:
    held = bundle.get("signal", bundle)
    return held if "signal" in bundle else {name: held[name] for name in HASHED_NAMES if name in held}


def _sealed(bundle: Mapping[str, Any], computed: str) -> SignalEntry:
    entry = read_entry(bundle["entry"])
    if not isinstance(entry, SignalEntry):
        raise NotProven("bad_entry", "the entry is of another kind")
    if commitment(read_hex("salt", bundle["salt"]), bytes.fromhex(computed)).hex() != entry.commit:
        raise NotProven("commitment_mismatch", "salt and content do not lead to the sealed commitment")
    return entry


def _require_time(signal: Mapping[str, Any], entry: SignalEntry) -> None:
    late = datetime.fromisoformat(entry.at) - datetime.fromisoformat(signal["timestamp"])
    if abs(late) > MOST_SKEW:
        code = "backdated" if late > MOST_SKEW else "postdated"
        raise NotProven(code, f"issued {signal['timestamp']}, logged {entry.at}")


def _proven(part: Mapping[str, Any], policy: TrustPolicy) -> OpenedProof:
    proof = policy.open_proof(part["tlog_proof"], part["entry"].encode())
    if part["leaf_index"] != proof.index:
        raise NotProven("bad_proof", "the proof is of another entry")
    return proof


def _part(bundle: Mapping[str, Any], name: str, kind: type[Kind], policy: TrustPolicy, origin: str) -> Kind | None:
    part = bundle.get(name)
    if part is None:
        return None
    entry = read_entry(part["entry"])
    if not isinstance(entry, kind) or entry.of != bundle["leaf_index"]:
        raise NotProven("bad_entry", f"the {name} is of another signal")
    # Entry 5 of another pinned log may end a signal at its own leaf 3: the numbers alone do not say whose.
    if _proven(part, policy).checkpoint.origin != origin:
        raise NotProven("bad_entry", f"the {name} is of another log")
    return entry
