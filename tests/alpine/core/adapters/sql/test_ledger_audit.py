"""Whoever owns the database removes or exchanges what was proven: the audit of the log names it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from alpine_core.adapters.sql import (
    Database,
    SqlLogMirror,
    SqlLogWatch,
    SqlRealisedShelf,
    SqlSignalShelf,
    SqlSignalStore,
    SqlWitnessStore,
    upgrade,
)
from alpine_core.model import PlacedRealised
from alpine_core.testing.sample_log import SAMPLE_ORIGIN, SAMPLE_VKEY, SampleLog
from alpine_core.testing.samples import MOMENT, sample_outcome, sample_trade, sample_verified
from alpine_core.verify.cosignature import Cosigner
from alpine_core.verify.ledger_audit import LedgerAudit
from alpine_core.verify.mirroring import mirror_step
from alpine_core.verify.monitor import RULES
from alpine_core.verify.note_key import COSIGNER_KEY, SigningKey
from alpine_core.verify.pinned_policy import pinned_policy
from alpine_core.verify.stored_hashes import Frontier, frontier_positions
from tests.alpine.core.places import MIGRATIONS

TRADE = "desk-4-a"
MIRROR = SigningKey("alpine.localhost/mirror", COSIGNER_KEY, b"m" * 32)
POLICY = pinned_policy([SAMPLE_VKEY], SigningKey("alpine.localhost/witness", COSIGNER_KEY, b"w" * 32).key)


async def stored(url: str) -> SampleLog:
    """Signals a and b as leaves 1 and 2, the outcome of a as 3, all mirrored; the mirror's cosignature is kept."""
    await upgrade(url, MIGRATIONS)
    database = await Database.open(url)
    store, log = SqlSignalStore(database), SampleLog()
    await log.store_in(store, [sample_verified("a"), sample_verified("b")], MOMENT)
    await log.resolve_in(store, sample_outcome("a"), MOMENT)
    ours = Cosigner(MIRROR).cosign(log.note().partition("\n\n")[0] + "\n", 1_800_000_000)
    step = msgspec.structs.replace(log.advance(3), cosignatures=(ours,))
    await SqlLogMirror(database).append(mirror_step(Frontier(), log.entries, {4: step.root}, {}), step, MOMENT)
    await database.close()
    return log


async def found(url: str) -> set[tuple[str, str]]:
    """What does not hold here, apart from the rules that the log itself breaks."""
    return {(subject, field) for subject, field in await everything(url) if field not in RULES}


async def everything(url: str) -> set[tuple[str, str]]:
    database = await Database.open(url)
    mirror, watch, shelf = SqlLogMirror(database), SqlLogWatch(database), SqlSignalShelf(database)
    audit = LedgerAudit(POLICY, SAMPLE_ORIGIN, MIRROR.key.name, "2027-01-01T00:00:00.000000Z")
    for kept in await watch.checkpoints(SAMPLE_ORIGIN, -1, 99):
        audit.checkpoint(kept)
    texts = await mirror.entries(SAMPLE_ORIGIN, 0, 99)
    audit.entries(texts, await mirror.hashes(SAMPLE_ORIGIN, audit.places_of(len(texts))))
    for name in ("a", "b"):
        signal = await shelf.by_id(name)
        if signal is not None:
            audit.signal(signal)
    for row in await SqlRealisedShelf(database).rows(0, 99):
        audit.realised(row)
    state = await SqlWitnessStore(database).state(SAMPLE_ORIGIN)
    audit.finish(MOMENT, 0 if state is None else state.size)
    await database.close()
    assert all("\n" not in each.problem for each in audit.findings)
    return {(each.signal_id, each.field) for each in audit.findings}


def as_owner(path: Path, *statements: str) -> None:
    """As somebody who has the file: without triggers and without the program's rules."""
    with sqlite3.connect(path, isolation_level=None) as owner:
        for (trigger,) in owner.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            owner.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            owner.execute(statement)
    owner.close()


Attack = tuple[str, tuple[str, ...], set[tuple[str, str]]]
ATTACKS: list[Attack] = [
    ("nothing", (), set()),
    (
        "the last entry removed",
        (
            "DELETE FROM outcome_seals",
            "DELETE FROM log_hashes WHERE place >= 4",
            "DELETE FROM log_entries WHERE place = 3",
        ),
        {(SAMPLE_ORIGIN, "entries"), ("a", "outcome")},
    ),
    (
        "the last signal removed with its record",
        (
            "DELETE FROM seals WHERE leaf_index = 2",
            "DELETE FROM signals WHERE signal_id = 'b'",
            "DELETE FROM records WHERE cursor = 2",
        ),
        {(f"{SAMPLE_ORIGIN} entry 2", "signal")},
    ),
    (
        "an outcome removed with its record",
        ("DELETE FROM outcome_seals", "DELETE FROM outcomes", "DELETE FROM records WHERE cursor = 3"),
        {(f"{SAMPLE_ORIGIN} entry 3", "outcome")},
    ),
    (
        "an outcome rewritten",
        ("UPDATE outcomes SET result = 'stop', outcome = 'loss', exit_price = 171.5",),
        {("a", "outcome")},
    ),
    ("a seal's salt exchanged", (f"UPDATE seals SET salt = '{'0' * 64}' WHERE leaf_index = 1",), {("a", "seal")}),
    ("a seal's number exchanged", ("UPDATE seals SET seq = 7 WHERE leaf_index = 1",), {("a", "seal")}),
    ("a kept hash exchanged", ("UPDATE log_hashes SET hash = zeroblob(32) WHERE place = 2",),
     {(f"{SAMPLE_ORIGIN} hash 2", "hash")}),
    (
        "an entry rewritten with its hashes",
        ("UPDATE log_entries SET entry = cast(replace(cast(entry AS TEXT), '2026', '2025') AS BLOB) WHERE place = 0",),
        {
            (f"{SAMPLE_ORIGIN} checkpoint 3", "entries"),
            (f"{SAMPLE_ORIGIN} checkpoint 4", "entries"),
            (f"{SAMPLE_ORIGIN} hash 0", "hash"),
            (f"{SAMPLE_ORIGIN} hash 2", "hash"),
            (f"{SAMPLE_ORIGIN} hash 6", "hash"),
        },
    ),
    ("a checkpoint's root exchanged", ("UPDATE witnessed_checkpoints SET root = zeroblob(32) WHERE size = 3",),
     {(f"{SAMPLE_ORIGIN} checkpoint 3", "root")}),
    ("a note rewritten", ("UPDATE witnessed_checkpoints SET note = replace(note, char(10) || '3' || char(10), "
      "char(10) || '2' || char(10)) WHERE size = 3",), {(f"{SAMPLE_ORIGIN} checkpoint 3", "note")}),
]  # fmt: skip


ENTRY = 4
STATEMENTS: list[Attack] = [
    ("nothing", (), set()),
    ("a result in the statement",
     ("UPDATE realised SET statement = replace(statement, '5.078174', '9.078174'), net_pct = 9.078174",),
     {(TRADE, "realised")}),
    ("a result in its column alone", ("UPDATE realised SET net_pct = 9.0",), {(TRADE, "realised")}),
    ("the account becomes a live one", ("UPDATE realised SET mode = 'live'",), {(TRADE, "realised")}),
    ("the trade is another signal's", ("UPDATE realised SET signal_id = 'b'",), {(TRADE, "realised")}),
    ("the statement is spaced out", ("UPDATE realised SET statement = replace(statement, ':', ': ')",),
     {(TRADE, "realised")}),
    ("the entry is exchanged", ("UPDATE realised SET entry = replace(entry, 'Z', 'z')",), {(TRADE, "realised")}),
    ("the place is denied", ("UPDATE realised SET log = NULL, leaf_index = NULL",),
     {(f"{SAMPLE_ORIGIN} entry {ENTRY}", "realised")}),
    ("the trade is removed", ("DELETE FROM realised",), {(f"{SAMPLE_ORIGIN} entry {ENTRY}", "realised")}),
    ("the mirrored entry is rewritten with the row",
     ("UPDATE log_entries SET entry = cast(replace(cast(entry AS TEXT), '/desk/', '/disk/') AS BLOB) WHERE place = 4",),
     {(TRADE, "realised"), (f"{SAMPLE_ORIGIN} checkpoint 5", "entries"), (f"{SAMPLE_ORIGIN} hash 7", "hash")}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "expected"), [each[1:] for each in STATEMENTS], ids=[each[0] for each in STATEMENTS]
)
async def test_the_audit_names_a_trade_that_is_not_what_the_log_committed_to(
    sqlite_url: str, tmp_path: Path, statements: tuple[str, ...], expected: set[tuple[str, str]]
) -> None:
    log = await stored(sqlite_url)
    trade, seal = log.realise(sample_trade("a", trade_id=TRADE), "2026-01-04T00:00:00.000000Z")
    database = await Database.open(sqlite_url)
    await SqlRealisedShelf(database).store([PlacedRealised(trade, seal)], MOMENT)
    step, mirror = log.advance(4), SqlLogMirror(database)
    positions = frontier_positions(4)
    kept = await mirror.hashes(SAMPLE_ORIGIN, positions)
    frontier = Frontier(4, tuple(kept[position] for position in positions))
    await mirror.append(mirror_step(frontier, log.entries[4:], {5: step.root}, {}), step, MOMENT)
    await database.close()
    as_owner(tmp_path / "alpine.db", *statements)
    assert await found(sqlite_url) == expected


@pytest.mark.parametrize(("statements", "expected"), [each[1:] for each in ATTACKS], ids=[each[0] for each in ATTACKS])
async def test_the_audit_names_what_was_done(
    sqlite_url: str, tmp_path: Path, statements: tuple[str, ...], expected: set[tuple[str, str]]
) -> None:
    await stored(sqlite_url)
    as_owner(tmp_path / "alpine.db", *statements)
    assert await found(sqlite_url) == expected


async def test_a_rule_that_the_log_itself_breaks_is_a_finding(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'alpine.db'}"
    await stored(url)
    broken = {(subject, field) for subject, field in await everything(url) if field in RULES}
    assert broken == {
        (f"{SAMPLE_ORIGIN} entry 1", "reveal_overdue"),
        (f"{SAMPLE_ORIGIN} entry 2", "reveal_overdue"),
        (f"{SAMPLE_ORIGIN} entry 3", "outcome_before_reveal"),
    }
