"""Signals and outcomes as rows and back: a pair with a round trip."""

from __future__ import annotations

from datetime import datetime
from math import isfinite
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import FromClause, Join, Select, and_, select

from alpine_core.adapters.sql.ledger_tables import LOG_ORIGINS, OUTCOME_SEALS, REVEALS, SEALS
from alpine_core.adapters.sql.tables import OUTCOMES, RECORDS, SIGNALS
from alpine_core.errors import StoreError
from alpine_core.model.record import Record, RecordKind
from alpine_core.model.seal import OutcomeSeal, Reveal, Seal
from alpine_core.model.signal import (
    Details,
    HashedFields,
    OutcomeRecord,
    StoredSignal,
    VerifiedSignal,
    VoteLine,
)

_VOTES = msgspec.json.Decoder(tuple[VoteLine, ...])
_ENCODER = msgspec.json.Encoder()
# Which kinds of values the columns that are shown or reckoned with may hold.
_TEXT, _NUMBER, _BYTES = frozenset({str}), frozenset({float}), frozenset({bytes})
_MAYBE_TEXT, _MAYBE_NUMBER = _TEXT | {type(None)}, _NUMBER | {type(None)}
_KINDS: dict[str, frozenset[type]] = {
    **dict.fromkeys(("signal_id", "symbol", "action", "strategy", "timestamp", "scheme"), _TEXT),
    **dict.fromkeys(("verification_hash", "votes", "decision", "received_at"), _TEXT),
    **dict.fromkeys(("entry_price", "confidence"), _NUMBER),
    **dict.fromkeys(("target_price", "stop_price", "win_probability", "generation_latency_ms"), _MAYBE_NUMBER),
    **dict.fromkeys(("exit_price", "profit_loss_pct", "net_pct"), _MAYBE_NUMBER),
    **dict.fromkeys(("legacy_preimage", "asset_type", "data_source", "regime", "reasoning"), _MAYBE_TEXT),
    **dict.fromkeys(("as_of", "service_type", "generated_by"), _MAYBE_TEXT),
    **dict.fromkeys(("outcome", "result", "exit_at", "resolved_at"), _MAYBE_TEXT),
    **dict.fromkeys(("origin", "stream", "at", "reveal_by", "salt", "entry", "tlog_proof"), _MAYBE_TEXT),
    **dict.fromkeys(("leaf_index", "seq", "size"), frozenset({int, type(None)})),
    "body": _BYTES,
}
_VALUES = attrgetter(*_KINDS)


def signal_row(verified: VerifiedSignal, cursor: int, received_at: str) -> tuple[Any, ...]:
    """A row of `signals`, in the order of its columns."""
    fields, details = verified.fields, verified.details
    return (
        cursor,
        fields.signal_id,
        fields.symbol,
        fields.action,
        fields.entry_price,
        fields.target_price,
        fields.stop_price,
        fields.confidence,
        fields.strategy,
        fields.timestamp,
        verified.scheme,
        verified.verification_hash,
        verified.legacy_preimage,
        details.asset_type,
        details.data_source,
        details.regime,
        details.reasoning,
        details.win_probability,
        _ENCODER.encode(details.votes).decode(),
        _ENCODER.encode(details.decision).decode(),
        details.as_of,
        details.service_type,
        details.generated_by,
        details.generation_latency_ms,
        verified.body,
        received_at,
    )


def outcome_row(outcome: OutcomeRecord, cursor: int, recorded_at: str) -> tuple[Any, ...]:
    """A row of `outcomes`, in the order of its columns."""
    return (
        cursor,
        outcome.signal_id,
        outcome.outcome,
        outcome.result,
        outcome.exit_price,
        outcome.exit_at,
        outcome.profit_loss_pct,
        recorded_at,
        outcome.net_pct,
    )


OUTCOME_COLUMNS = (
    OUTCOMES.c.signal_id.label("resolved_id"),
    OUTCOMES.c.outcome,
    OUTCOMES.c.result,
    OUTCOMES.c.exit_price,
    OUTCOMES.c.exit_at,
    OUTCOMES.c.profit_loss_pct,
    OUTCOMES.c.recorded_at.label("resolved_at"),
    OUTCOMES.c.net_pct,
)
SEAL_COLUMNS = (
    LOG_ORIGINS.c.origin,
    SEALS.c.leaf_index,
    SEALS.c.stream,
    SEALS.c.seq,
    SEALS.c.at,
    SEALS.c.reveal_by,
    SEALS.c.salt,
    SEALS.c.entry,
    SEALS.c.tlog_proof,
    SEALS.c.size,
    REVEALS.c.leaf_index.label("reveal_index"),
    REVEALS.c.revealed_at,
)
OUTCOME_SEAL_COLUMNS = (
    OUTCOME_SEALS.c.leaf_index.label("outcome_index"),
    OUTCOME_SEALS.c.of_leaf,
    OUTCOME_SEALS.c.entry.label("outcome_entry"),
    OUTCOME_SEALS.c.tlog_proof.label("outcome_proof"),
    OUTCOME_SEALS.c.size.label("outcome_size"),
)


def select_signals() -> Select[Any]:
    """Every signal with its outcome, its place in the log, and what discloses it, where it has them."""
    joined = with_seals(SIGNALS.outerjoin(OUTCOMES, OUTCOMES.c.signal_id == SIGNALS.c.signal_id))
    joined = joined.outerjoin(OUTCOME_SEALS, OUTCOME_SEALS.c.cursor == OUTCOMES.c.cursor)
    return select(*SIGNALS.c, *OUTCOME_COLUMNS, *SEAL_COLUMNS, *OUTCOME_SEAL_COLUMNS).select_from(joined)


def with_seals(joined: FromClause) -> Join:
    """The rows of signals, each with its seal."""
    return (
        joined.outerjoin(SEALS, SEALS.c.cursor == SIGNALS.c.cursor)
        .outerjoin(LOG_ORIGINS, LOG_ORIGINS.c.log == SEALS.c.log)
        .outerjoin(REVEALS, and_(REVEALS.c.log == SEALS.c.log, REVEALS.c.of_leaf == SEALS.c.leaf_index))
    )


def select_records() -> Select[Any]:
    """Every record with its signal; the outcome only where the record is the outcome's."""
    joined = (
        RECORDS.outerjoin(OUTCOMES, OUTCOMES.c.cursor == RECORDS.c.cursor)
        # By the record's name, so that both kinds of record find their signal through one index.
        .join(SIGNALS, SIGNALS.c.signal_id == RECORDS.c.name)
    )
    joined = with_seals(joined).outerjoin(OUTCOME_SEALS, OUTCOME_SEALS.c.cursor == RECORDS.c.cursor)
    place = (RECORDS.c.cursor.label("place"), RECORDS.c.kind, RECORDS.c.recorded_at.label("placed_at"))
    return select(*SIGNALS.c, *OUTCOME_COLUMNS, *SEAL_COLUMNS, *OUTCOME_SEAL_COLUMNS, *place).select_from(joined)


def stored_signal(row: Any) -> StoredSignal:
    """The signal of a row of `select_signals` or `select_records`. Raises StoreError for one that cannot be read."""
    try:
        _require_types(row)
        return _stored_signal(row)
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        # Nothing of ours writes such a row: somebody else has.
        raise StoreError(f"the stored signal {row.signal_id!a} cannot be read: {error}: restore a backup") from error


def _require_types(row: Any) -> None:
    # SQLite keeps a text in a column of numbers and the other way round; a page that reckons with it would fail.
    for (name, kinds), value in zip(_KINDS.items(), _VALUES(row), strict=True):
        if type(value) not in kinds or (type(value) is float and not isfinite(value)):
            raise TypeError(f"{name} has a value of another kind")


def stored_outcome(row: Any) -> OutcomeRecord:
    """The outcome of a row that has one."""
    return OutcomeRecord(
        signal_id=row.resolved_id,
        outcome=row.outcome,
        result=row.result,
        exit_price=row.exit_price,
        exit_at=row.exit_at,
        profit_loss_pct=row.profit_loss_pct,
        net_pct=row.net_pct,
    )


def _stored_signal(row: Any) -> StoredSignal:
    outcome = None if row.resolved_id is None else stored_outcome(row)
    return StoredSignal(
        cursor=row.cursor,
        verified=_verified(row),
        received_at=aware(row.received_at),
        outcome=outcome,
        resolved_at=None if row.resolved_at is None else aware(row.resolved_at),
        outcome_seal=_outcome_seal(row),
        reveal=_reveal(row),
    )


def record(row: Any) -> Record:
    """The record of a row of `select_records`. Raises StoreError for one that cannot be read."""
    stored = stored_signal(row)
    try:
        kind, recorded_at = RecordKind(row.kind), aware(row.placed_at)
    except (ValueError, TypeError) as error:
        raise StoreError(f"the record {row.place} cannot be read: {error}: restore a backup") from error
    # Whatever the log disclosed since is no part of the record: it is the same value for ever.
    return Record(
        cursor=row.place, kind=kind, recorded_at=recorded_at, stored=msgspec.structs.replace(stored, reveal=None)
    )


def aware(text: str) -> datetime:
    """A stored time. Raises ValueError for one without a zone: it could not be compared with others."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text[:40]!a} has no zone")
    return moment


def _verified(row: Any) -> VerifiedSignal:
    return VerifiedSignal(
        fields=HashedFields(
            signal_id=row.signal_id,
            symbol=row.symbol,
            action=row.action,
            entry_price=row.entry_price,
            target_price=row.target_price,
            stop_price=row.stop_price,
            confidence=row.confidence,
            strategy=row.strategy,
            timestamp=row.timestamp,
        ),
        details=Details(
            asset_type=row.asset_type,
            data_source=row.data_source,
            regime=row.regime,
            reasoning=row.reasoning,
            win_probability=row.win_probability,
            votes=_VOTES.decode(row.votes),
            decision=msgspec.json.decode(row.decision),
            as_of=row.as_of,
            service_type=row.service_type,
            generated_by=row.generated_by,
            generation_latency_ms=row.generation_latency_ms,
        ),
        scheme=row.scheme,
        verification_hash=row.verification_hash,
        legacy_preimage=row.legacy_preimage,
        body=bytes(row.body),
        seal=_seal(row),
    )


def _seal(row: Any) -> Seal | None:
    if row.origin is None:
        return None
    return Seal(
        origin=row.origin,
        leaf_index=row.leaf_index,
        stream=row.stream,
        seq=row.seq,
        at=row.at,
        reveal_by=row.reveal_by,
        salt=row.salt,
        entry=row.entry,
        tlog_proof=row.tlog_proof,
        size=row.size,
    )


def _outcome_seal(row: Any) -> OutcomeSeal | None:
    if row.outcome_index is None:
        return None
    return OutcomeSeal(
        origin=row.origin,
        leaf_index=row.outcome_index,
        of=row.of_leaf,
        entry=row.outcome_entry,
        tlog_proof=row.outcome_proof,
        size=row.outcome_size,
    )


def _reveal(row: Any) -> Reveal | None:
    if row.reveal_index is None:
        return None
    return Reveal(leaf_index=row.reveal_index, revealed_at=aware(row.revealed_at))
