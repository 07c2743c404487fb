"""Older databases come into the log with the hashes they had; what does not hold is named, row by row."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from argo_core.adapters.sql import Database, SqlSignalLog, SqlSignalReader
from argo_core.adapters.sql.unify import UnifyReport, unify
from argo_core.errors import DataError
from argo_core.ledger import legacy_matches, signal_hash
from argo_core.model.query import SignalQuery
from argo_core.testing.sample_cycles import published_cycle

EARLIER_SHAPE = """CREATE TABLE signals (
    id INTEGER PRIMARY KEY, signal_id TEXT UNIQUE, symbol TEXT, action TEXT, entry_price REAL, target_price REAL,
    stop_price REAL, confidence REAL, strategy TEXT, asset_type TEXT, data_source TEXT, timestamp TEXT, outcome TEXT,
    exit_price REAL, profit_loss_pct REAL, sha256 TEXT, order_id TEXT, created_at TEXT)"""
HASHED = ("signal_id symbol action entry_price target_price stop_price confidence strategy timestamp").split()

Values = dict[str, object]


def _row(signal_id: str, **changes: object) -> Values:
    """The values of one older signal, without its hash."""
    values: Values = {
        "signal_id": signal_id,
        "symbol": "AAPL",
        "action": "BUY",
        "entry_price": 175.5,
        "target_price": 184.25,
        "stop_price": 171.0,
        "confidence": 95.5,
        "strategy": "momentum_breakout",
        "timestamp": "2025-01-15T10:30:00Z",
        "asset_type": "stock",
        "data_source": "alpaca",
        "created_at": "2025-01-15 10:30:01",
    }
    return values | changes


def _legacy(values: Values, **as_hashed: object) -> Values:
    """The row with the hash that the older senders computed; `as_hashed` are the forms that they had in memory."""
    fields = {name: (values | as_hashed)[name] for name in HASHED}
    return values | {"sha256": hashlib.sha256(json.dumps(fields, sort_keys=True, default=str).encode()).hexdigest()}


@pytest.fixture
def old_path(tmp_path: Path) -> Path:
    return tmp_path / "old signals.db"


def _write(path: Path, *rows: Values, shape: str = EARLIER_SHAPE) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(shape.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
        for values in rows:
            names, marks = ", ".join(values), ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO signals ({names}) VALUES ({marks})", tuple(values.values()))


async def _view(database: Database, columns: str) -> list[tuple[object, ...]]:
    async with database.reading() as connection:
        return [tuple(row) for row in await connection.exec_driver_sql(f"SELECT {columns} FROM signals ORDER BY id")]


async def test_a_legacy_row_keeps_its_hash_its_scheme_and_its_preimage(database: Database, old_path: Path) -> None:
    values = _legacy(_row("s1"))
    _write(old_path, values)
    assert await unify(old_path, database) == UnifyReport(taken=1, already=0, refused=())
    assert await _view(database, "id, signal_id, timestamp, created_at, sha256, scheme, asset_type, service_type") == [
        (1, "s1", "2025-01-15T10:30:00Z", "2025-01-15 10:30:01", values["sha256"], "legacy-json-0", "stock", "both")
    ]
    async with database.reading() as connection:
        preimage = (await connection.exec_driver_sql("SELECT legacy_preimage FROM signal_log")).scalar_one()
    assert legacy_matches(preimage, {name: values[name] for name in HASHED}, str(values["sha256"]))


async def test_a_canonical_row_is_known_as_such(database: Database, old_path: Path) -> None:
    values = _row("s1", timestamp="2025-01-15T10:30:00.000000Z")
    _write(old_path, values | {"sha256": signal_hash({name: values[name] for name in HASHED}).upper()})
    assert (await unify(old_path, database)).taken == 1
    logged = await SqlSignalReader(database).signal("s1")
    assert logged is not None
    assert logged.sealed.scheme == "jcs-1"
    assert logged.sealed.verification_hash == signal_hash(logged.sealed.signal.hashed_fields())


@pytest.mark.parametrize(
    ("stored", "as_hashed"),
    [
        ({"confidence": 95.0, "entry_price": 175.0}, {"confidence": 95, "entry_price": 175}),
        ({"confidence": 95.0, "entry_price": 175.0}, {"confidence": 95}),
        ({"confidence": 95.0}, {}),
        ({"target_price": None, "stop_price": None}, {}),
        ({"timestamp": "2025-01-15T10:30:00+00:00"}, {"timestamp": "2025-01-15 10:30:00+00:00"}),
        ({"timestamp": "2025-01-15 10:30:00.123456"}, {}),
        ({"timestamp": "2025-01-15T05:30:00-05:00"}, {}),
        ({"strategy": "Überkauf → ΔΩ"}, {}),
    ],
)
async def test_every_form_that_the_older_senders_hashed_is_understood(
    database: Database, old_path: Path, stored: Values, as_hashed: Values
) -> None:
    values = _legacy(_row("s1", **stored), **as_hashed)
    _write(old_path, values)
    assert await unify(old_path, database) == UnifyReport(taken=1, already=0, refused=())
    assert await _view(database, "timestamp, strategy") == [(values["timestamp"], values["strategy"])]


REFUSED: dict[str, Values] = {
    "its hash does not match its fields": _legacy(_row("edited")) | {"stop_price": 160.0},
    "its hash is not 64 hex digits": _row("short", sha256="abc"),
    "it has no hash": _row("bare"),
    "it has no symbol": _legacy(_row("nameless", symbol=None)),
    "its entry_price 'cheap' is not a number": _legacy(_row("words", entry_price="cheap")),
    "its entry_price inf is not a number": _row("endless", entry_price=float("inf"), sha256="0" * 64),
    "its stop_price -1.0 is not positive": _legacy(_row("negative", stop_price=-1.0)),
    "its confidence 250.0 is outside 0–100": _legacy(_row("sure", confidence=250.0)),
    "its outcome 'won' is none of win, loss, expired": _legacy(_row("won", outcome="won")),
    "its timestamp 'yesterday' is not a time": _legacy(_row("late", timestamp="yesterday")),
    "its strategy is not text": _row("bytes", strategy=b"\xff\xfe", sha256="0" * 64),
    "its strategy holds a NUL character": _legacy(_row("nul", strategy="a\0b")),
}


async def test_each_row_that_cannot_be_taken_is_named_with_its_reason(database: Database, old_path: Path) -> None:
    _write(old_path, _legacy(_row("first")), *REFUSED.values(), _legacy(_row("last")))
    report = await unify(old_path, database)
    assert report.refused == tuple((number, reason) for number, reason in enumerate(REFUSED, 2))
    assert (report.taken, report.already) == (2, 0)
    assert await _view(database, "signal_id") == [("first",), ("last",)]


async def test_running_again_takes_nothing_twice(database: Database, old_path: Path) -> None:
    _write(old_path, _legacy(_row("s1", outcome="win", order_id="o1")), _legacy(_row("s2")) | {"stop_price": 1.0})
    first = await unify(old_path, database)
    again = await unify(old_path, database)
    assert (first.taken, first.already, len(first.refused)) == (1, 0, 1)
    assert (again.taken, again.already, again.refused) == (0, 1, first.refused)
    async with database.reading() as connection:
        for table in ("signal_log", "outcome_log", "execution_log"):
            assert (await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar_one() == 1


async def test_running_again_takes_what_has_come_since(database: Database, old_path: Path) -> None:
    _write(old_path, _legacy(_row("s1")))
    await unify(old_path, database)
    with closing(sqlite3.connect(old_path)) as connection, connection:
        connection.execute("UPDATE signals SET outcome = 'loss', profit_loss_pct = -1.5")
    _write(old_path, _legacy(_row("s2")))
    assert await unify(old_path, database) == UnifyReport(taken=1, already=1, refused=())
    assert await _view(database, "signal_id, outcome, profit_loss_pct") == [("s1", "loss", -1.5), ("s2", None, None)]


async def test_another_signal_under_a_known_id_is_a_conflict(database: Database, old_path: Path) -> None:
    await SqlSignalLog(database).append(published_cycle("c1", ["AAPL"]))
    _write(old_path, _legacy(_row("c1-s0")))
    report = await unify(old_path, database)
    assert report == UnifyReport(taken=0, already=0, refused=((1, "c1-s0 is stored already, with another hash"),))


async def test_a_signal_twice_in_one_file_is_taken_once(database: Database, old_path: Path) -> None:
    twice = _legacy(_row("s1", outcome="win", order_id="o1"))
    other = _legacy(_row("s1", entry_price=1.0))
    _write(old_path, twice, twice, other, shape=EARLIER_SHAPE.replace(" UNIQUE", ""))
    report = await unify(old_path, database)
    assert report == UnifyReport(taken=1, already=1, refused=((3, "s1 is stored already, with another hash"),))
    assert await _view(database, "signal_id, entry_price, outcome") == [("s1", 175.5, "win")]


async def test_outcomes_and_orders_come_along(database: Database, old_path: Path) -> None:
    won = _row("won", outcome="win", exit_price=180.0, profit_loss_pct=2.5, order_id="o-1")
    _write(old_path, _legacy(won), _legacy(_row("open", outcome="pending")), _legacy(_row("lapsed", outcome="expired")))
    await unify(old_path, database)
    assert await _view(database, "signal_id, outcome, exit_price, profit_loss_pct, result, executor_id, order_id") == [
        ("won", "win", 180.0, 2.5, None, "legacy", "o-1"),
        ("open", None, None, None, None, None, None),
        ("lapsed", "loss", None, None, None, None, None),
    ]


async def test_service_columns_are_kept_where_the_older_table_has_them(database: Database, old_path: Path) -> None:
    shape = EARLIER_SHAPE.replace(
        "created_at TEXT)",
        "created_at TEXT, service_type TEXT, executor_id TEXT, generated_by TEXT, regime TEXT, reasoning TEXT)",
    )
    named = {"service_type": "prop_firm", "executor_id": "prop", "generated_by": "bot", "regime": "BULL"}
    _write(old_path, _legacy(_row("s1", **named, reasoning="it rose")), _legacy(_row("s2")), shape=shape)
    await unify(old_path, database)
    assert await _view(database, "service_type, executor_id, order_id, generated_by, regime, reasoning") == [
        ("prop_firm", "prop", None, "bot", "BULL", "it rose"),
        ("both", None, None, "signal_generator", None, None),
    ]


async def test_older_names_of_columns_are_understood(database: Database, old_path: Path) -> None:
    shape = EARLIER_SHAPE.replace("target_price", "take_profit").replace("stop_price", "stop_loss")
    values = _legacy(_row("s1"))
    renamed = {"target_price": "take_profit", "stop_price": "stop_loss", "sha256": "hash"}
    _write(
        old_path,
        {renamed.get(name, name): value for name, value in values.items()},
        shape=shape.replace("sha256", "hash"),
    )
    assert (await unify(old_path, database)).taken == 1
    assert await _view(database, "target_price, stop_price") == [(184.25, 171.0)]


async def test_new_signals_follow_the_imported_ones(database: Database, old_path: Path) -> None:
    _write(old_path, *(_legacy(_row(f"s{number}")) for number in range(3)))
    await unify(old_path, database)
    assert (await SqlSignalLog(database).append(published_cycle("c1", ["AAPL"]))).indices == (4,)
    found = (await SqlSignalReader(database).signals(SignalQuery())).items
    assert [logged.sealed.signal.regime for logged in found] == ["BULL", "UNKNOWN", "UNKNOWN", "UNKNOWN"]


async def test_more_rows_than_one_batch_come_over_in_order(database: Database, old_path: Path) -> None:
    _write(old_path, *(_legacy(_row(f"s{number:04}")) for number in range(901)))
    assert (await unify(old_path, database)).taken == 901
    assert [row[0] for row in await _view(database, "signal_id")] == [f"s{number:04}" for number in range(901)]


async def test_the_older_file_is_only_read(database: Database, old_path: Path) -> None:
    _write(old_path, _legacy(_row("s1")), _legacy(_row("s2")))
    before = _digest(old_path)
    await unify(old_path, database)
    assert _digest(old_path) == before


async def test_a_missing_file_is_one_line_and_is_not_made(database: Database, old_path: Path) -> None:
    await _refused_file(old_path, database, "no_file")
    assert not _exists(old_path)


async def test_a_file_that_is_no_database_is_one_line(database: Database, old_path: Path) -> None:
    _write_text(old_path, "signals? what signals?\n" * 200)
    await _refused_file(old_path, database, "not_a_database")


async def test_a_database_of_something_else_is_one_line(database: Database, old_path: Path) -> None:
    with closing(sqlite3.connect(old_path)) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    await _refused_file(old_path, database, "foreign_schema")


async def test_signals_without_hashes_are_another_schema(database: Database, old_path: Path) -> None:
    _write(old_path, shape=EARLIER_SHAPE.replace("sha256 TEXT, ", ""))
    await _refused_file(old_path, database, "foreign_schema")


async def test_a_unified_database_is_not_unified_again(database: Database, old_path: Path) -> None:
    with closing(sqlite3.connect(old_path)) as connection:
        connection.execute("CREATE VIEW signals AS SELECT 1 AS id")
    await _refused_file(old_path, database, "foreign_schema")


async def _refused_file(path: Path, database: Database, code: str) -> None:
    with pytest.raises(DataError) as refusal:
        await unify(path, database)
    assert refusal.value.code == code
    assert "\n" not in str(refusal.value)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _exists(path: Path) -> bool:
    return path.exists()


def _write_text(path: Path, text: str) -> None:
    path.write_text(text)
