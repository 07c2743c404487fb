"""What every shelf for the audit must do. Fixture: `house`, an empty SignalHouse."""

from __future__ import annotations

from datetime import timedelta

from alpine_core.testing.samples import MOMENT, sample_outcome, sample_verified
from alpine_core.testing.signal_house import SignalHouse
from alpine_core.verify.record_audit import RecordAudit


class AuditShelfContract:
    async def test_every_record_comes_with_its_row_and_nothing_is_found(self, house: SignalHouse) -> None:
        await house.store.store([sample_verified("a"), sample_verified("b")], MOMENT)
        await house.store.store_outcomes([sample_outcome("a")], MOMENT + timedelta(seconds=1))
        rows = await house.audit.rows(0, 10)
        assert [(row.cursor, row.kind, row.name) for row in rows] == [
            (1, "signal", "a"),
            (2, "signal", "b"),
            (3, "outcome", "a"),
        ]
        assert [(row.signal is None, row.outcome is None) for row in rows] == [
            (False, True),
            (False, True),
            (True, False),
        ]
        assert rows[2].recorded_at == "2026-03-02T15:00:01.000000Z"
        assert rows[2].outcome is not None
        assert (rows[2].outcome.outcome, rows[2].outcome.has_signal) == (sample_outcome("a"), True)
        assert await house.audit.rows(1, 1) == rows[1:2]
        assert await house.audit.strays(10) == ()
        looked_over = RecordAudit()
        for row in rows:
            looked_over.record(row)
        assert (looked_over.checked, looked_over.findings) == (2, [])

    async def test_an_empty_shelf_has_no_rows(self, house: SignalHouse) -> None:
        assert (await house.audit.rows(0, 10), await house.audit.strays(10)) == ((), ())
