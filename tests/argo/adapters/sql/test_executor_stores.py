"""The executor's stores on a real database: contracts, what waits for the generator, whose account it is."""

from __future__ import annotations

import msgspec
import pytest

from argo_core.adapters.sql import Database, SqlExecutionJournal, SqlExecutorReader, SqlOutbox, SqlSignalInbox
from argo_core.adapters.sql.account_pin import AccountPin, pin_account
from argo_core.adapters.sql.execution_journal import REPORTS
from argo_core.errors import ConfigError
from argo_core.model.execution import ExecutionReports
from argo_core.testing.contracts.execution_journal import INTENT, VERDICTS, ExecutionJournalContract, finished, noted
from argo_core.testing.contracts.signal_inbox import SignalInboxContract
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT


@pytest.fixture
def inbox(database: Database) -> SqlSignalInbox:
    return SqlSignalInbox(database)


@pytest.fixture
def journal(database: Database) -> SqlExecutionJournal:
    return SqlExecutionJournal(database, FixedClock(MOMENT))


class TestSqlSignalInbox(SignalInboxContract):
    pass


class TestSqlExecutionJournal(ExecutionJournalContract):
    pass


async def test_what_was_decided_and_filled_waits_for_the_generator_in_that_order(
    journal: SqlExecutionJournal, outbox: SqlOutbox
) -> None:
    await journal.decided(VERDICTS, (INTENT,))
    await journal.noted([noted(1)])
    await journal.noted([noted(1), noted(2)])
    waiting = [entry.message for entry in await outbox.pending(REPORTS, 10)]
    assert [message.key for message in waiting] == ["verdicts:s1", "execution:1:s1", "execution:2:s1"]
    bodies = [msgspec.json.decode(message.payload, type=ExecutionReports) for message in waiting]
    assert bodies == [
        ExecutionReports(verdicts=(VERDICTS,)),
        ExecutionReports(executions=noted(1).executions),
        ExecutionReports(executions=noted(2).executions),
    ]


async def test_a_finished_trade_is_kept_and_reported_unless_no_signal_asked_for_it(
    journal: SqlExecutionJournal, outbox: SqlOutbox, database: Database
) -> None:
    change = msgspec.structs.replace(noted(1), executions=(), trades=(finished("s1"), finished("external")))
    await journal.noted([change])
    await journal.noted([change])
    assert await SqlExecutorReader(database).trades(10) == (finished("external"), finished("s1"))
    waiting = [entry.message for entry in await outbox.pending(REPORTS, 10)]
    assert [message.key for message in waiting] == ["trade:argo-2-s1"]
    assert msgspec.json.decode(waiting[0].payload, type=ExecutionReports).trades == (finished("s1"),)


PIN = AccountPin(executor_id="argo", account_number="SIM-1", starting_cash=100_000.0)


async def test_the_first_start_pins_the_account_and_its_cash(database: Database) -> None:
    assert await pin_account(database, PIN, MOMENT) == PIN
    later = msgspec.structs.replace(PIN, starting_cash=5.0)
    assert await pin_account(database, later, MOMENT) == PIN


@pytest.mark.parametrize("changes", [{"account_number": "SIM-2"}, {"executor_id": "prop_firm"}])
async def test_another_account_or_executor_is_refused(database: Database, changes: dict[str, str]) -> None:
    await pin_account(database, PIN, MOMENT)
    with pytest.raises(ConfigError, match="pinned to"):
        await pin_account(database, msgspec.structs.replace(PIN, **changes), MOMENT)
