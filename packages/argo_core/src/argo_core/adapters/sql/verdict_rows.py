"""An executor's verdicts on a signal as a row of `verdict_log`, and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from argo_core.adapters.sql.created_at import created_text
from argo_core.model.execution import SignalVerdicts
from argo_core.model.instant import from_text, to_text
from argo_core.model.verdict import Verdict


def verdict_row(verdicts: SignalVerdicts, stored_at: datetime) -> dict[str, object]:
    """The row, but for its number."""
    return {
        "signal_id": verdicts.signal_id,
        "executor_id": verdicts.executor_id,
        "decision": verdicts.decision,
        "code": verdicts.code,
        "verdicts": msgspec.json.encode(verdicts.verdicts).decode(),
        "decided_at": to_text(verdicts.decided_at),
        "created_at": created_text(stored_at),
    }


def verdicts_of(row: Any) -> SignalVerdicts:
    """Inverse of `verdict_row`."""
    return SignalVerdicts(
        signal_id=row.signal_id,
        executor_id=row.executor_id,
        verdicts=msgspec.json.decode(row.verdicts, type=tuple[Verdict, ...]),
        decision=row.decision,
        decided_at=from_text(row.decided_at),
    )
