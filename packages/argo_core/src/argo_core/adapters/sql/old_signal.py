"""One row of an older database, verified and turned into rows of the log, or refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Final

from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.old_database import OldRow
from argo_core.adapters.sql.old_faults import UNRESOLVED, first_fault
from argo_core.adapters.sql.records import Row
from argo_core.ledger import HASHED_FIELDS, LEGACY_SCHEME, legacy_preimage, verify_signal
from argo_core.model.instant import to_text

_FIGURES: Final = ("entry_price", "target_price", "stop_price", "confidence")


@dataclass(frozen=True, slots=True)
class TakenSignal:
    """Rows of `signal_log`, `outcome_log` and `execution_log` without their positions."""

    number: int
    signal_id: str
    verification_hash: str
    signal: Row
    outcome: Row | None
    execution: Row | None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be taken, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Proof:
    scheme: str
    preimage: str | None


def judge(row: OldRow) -> TakenSignal | RefusedRow:
    """The row as it will be stored if its hash holds. Values outside the nine fields were never covered by it."""
    fault = first_fault(row.values)
    if fault is not None:
        return RefusedRow(row.number, fault)
    claimed = str(row.values["sha256"])
    proof = _proof(row.values, claimed)
    if isinstance(proof, str):
        return RefusedRow(row.number, proof)
    as_of = _instant(row.values["timestamp"])
    if as_of is None:
        return RefusedRow(row.number, f"its timestamp {row.values['timestamp']!r} is not a time")
    return _taken(row, claimed.lower(), proof, as_of)


def _proof(values: dict[str, object], claimed: str) -> _Proof | str:
    """Under which scheme the claimed hash holds, or why it does not."""
    fields = {name: values[name] for name in HASHED_FIELDS}
    verdict = verify_signal(fields, claimed, allow_legacy=True)
    if verdict.scheme is not None and verdict.scheme != LEGACY_SCHEME:
        return _Proof(verdict.scheme, None)
    if verdict.code == "bad_hash":
        return "its hash is not 64 hex digits"
    for candidate in _as_sent(fields):
        if verify_signal(candidate, claimed, scheme=LEGACY_SCHEME, allow_legacy=True).ok:
            return _Proof(LEGACY_SCHEME, legacy_preimage(candidate).decode("ascii"))
    return "its hash does not match its fields"


def _as_sent(fields: dict[str, object]) -> Iterator[dict[str, object]]:
    """The fields as they are stored, then as they may have been hashed before the column changed their form.

    A REAL column makes 175 of the sender 175.0, and the hash of a datetime has a space where ISO 8601 has `T`.
    """
    forms: list[tuple[object, ...]] = []
    for name in HASHED_FIELDS:
        value = fields[name]
        if isinstance(value, float) and value.is_integer():
            forms.append((value, int(value)))
        elif name == "timestamp" and isinstance(value, str) and "T" in value:
            forms.append((value, value.replace("T", " ", 1)))
        else:
            forms.append((value,))
    for combination in product(*forms):
        yield dict(zip(HASHED_FIELDS, combination, strict=True))


def _taken(row: OldRow, verification_hash: str, proof: _Proof, as_of: datetime) -> TakenSignal:
    values = row.values
    signal_id, created_at = str(values["signal_id"]), _created_at(values, as_of)
    signal: Row = (
        signal_id,
        values["symbol"],
        values["action"],
        *(_figure(values[name]) for name in _FIGURES),
        values["strategy"],
        values["timestamp"],
        proof.scheme,
        verification_hash,
        proof.preimage,
        *(_text(values.get(name)) for name in ("asset_type", "data_source", "regime", "reasoning")),
        None,
        "[]",
        _text(values.get("service_type")) or "both",
        _text(values.get("generated_by")) or "signal_generator",
        to_text(as_of),
        None,
        None,
        created_at,
    )
    return TakenSignal(
        row.number, signal_id, verification_hash, signal, _outcome(values, created_at), _execution(values, created_at)
    )


def _outcome(values: dict[str, object], created_at: str) -> Row | None:
    """The outcome without its finer reason and its time, which the earlier shape did not record."""
    if values.get("outcome") in UNRESOLVED:
        return None
    exit_price, result = _figure(values.get("exit_price")), _figure(values.get("profit_loss_pct"))
    named = (values["signal_id"], values["symbol"], values["timestamp"], values["outcome"])
    return (*named, None, exit_price, None, result, created_at)


def _execution(values: dict[str, object], created_at: str) -> Row | None:
    order_id, executor_id = _text(values.get("order_id")), _text(values.get("executor_id"))
    if order_id is None and executor_id is None:
        return None
    return (
        values["signal_id"],
        executor_id or "legacy",
        order_id or "",
        "imported",
        None,
        None,
        None,
        None,
        created_at,
    )


def _created_at(values: dict[str, object], as_of: datetime) -> str:
    return created_text(_instant(values.get("created_at")) or as_of)


def _instant(value: object) -> datetime | None:
    """A time of any form that ISO 8601 allows, UTC where it names no zone; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        instant = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant


def _figure(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return None if value is None or value == "" else str(value)
