"""What two companies' databases must agree on, whatever happened in between."""

from __future__ import annotations

from tests.interop.system import LiveSystem

EXECUTORS = {"argo": "executor_argo", "prop_firm": "executor_prop_firm"}


def require_agreement(system: LiveSystem) -> None:
    """Every signal and outcome is where it belongs, once, in order; no order was placed twice."""
    signals = system.rows("signals_unified", "SELECT signal_id, verification_hash FROM signal_log ORDER BY id")
    assert signals
    assert system.rows("alpine", "SELECT signal_id, verification_hash FROM signals ORDER BY cursor") == signals
    outcomes = "SELECT signal_id, outcome, result, exit_price, profit_loss_pct FROM {} ORDER BY signal_id"
    assert system.rows("alpine", outcomes.format("outcomes")) == system.rows(
        "signals_unified", outcomes.format("outcome_log")
    )
    assert system.rows("signals_unified", "SELECT code FROM outbox_refusal") == []
    for name in system.files:
        assert system.rows(name, "PRAGMA integrity_check") == [("ok",)]
    for executor, database in EXECUTORS.items():
        _require_executor(system, executor, database, [signal_id for signal_id, _ in signals])


def _require_executor(system: LiveSystem, executor: str, database: str, signals: list[str]) -> None:
    received = [row[0] for row in system.rows(database, "SELECT signal_id FROM inbox_log ORDER BY id")]
    assert received == signals
    verdicts = "SELECT signal_id, decision, code FROM verdict_log {} ORDER BY signal_id"
    told = system.rows("signals_unified", verdicts.format(f"WHERE executor_id = '{executor}'"))
    assert told == system.rows(database, verdicts.format(""))
    assert [row[0] for row in told] == sorted(signals)
    doubled = "SELECT client_order_id, count(*) FROM fill_log GROUP BY client_order_id HAVING count(*) > 1"
    assert system.rows(database, doubled) == []
    allowed = system.rows(database, "SELECT signal_id FROM verdict_log WHERE decision = 'allowed' ORDER BY signal_id")
    intents = "SELECT signal_id FROM intent_log WHERE client_order_id {} '%-close' ORDER BY signal_id"
    entered = system.rows(database, intents.format("NOT LIKE"))
    closed = system.rows(database, intents.format("LIKE"))  # a flip ends what is open before it enters, or only ends it
    assert sorted({*entered}) == entered
    assert sorted({*closed}) == closed
    assert sorted({*entered, *closed}) == allowed
    # A close is told once for each signal whose entry it ends.
    reported = f"SELECT DISTINCT order_id FROM executions WHERE executor_id = '{executor}' AND state = 'filled'"
    filled = system.rows(database, "SELECT DISTINCT client_order_id FROM fill_log")
    assert len(set(system.rows("signals_unified", reported))) == len(filled)
