"""Triggers that make a table append-only: nothing is changed, removed, replaced or put anywhere but at the end.

They stop accidents and mistakes of programs. Whoever owns the database can drop them: evidence against its owner is
the witnessed ledger, not a trigger.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guarded:
    """A table, its dense row number (None where it has none), counted from `first`, and its unique keys."""

    table: str
    dense: str | None
    keys: tuple[tuple[str, ...], ...]
    first: int = 1


GUARDED = (
    Guarded("cycle_log", "id", (("cycle_id",),)),
    Guarded("signal_log", "id", (("signal_id",),)),
    Guarded("outcome_log", "id", (("signal_id",),)),
    Guarded("execution_log", "id", ()),
    Guarded("decision_log", "id", (("decision_id",),)),
    Guarded("outbox", "position", (("topic", "key"),)),
    Guarded("outbox_delivery", None, (("position",),)),
    Guarded("outbox_refusal", None, (("position",),)),
    Guarded("verdict_log", "id", (("signal_id", "executor_id"),)),
    Guarded("account_pin", "id", ()),
    Guarded("inbox_log", "id", (("signal_id",),)),
    Guarded("intent_log", "id", (("client_order_id",),)),
    Guarded("order_log", "id", (("position",),)),
    Guarded("fill_log", "id", (("execution_id",),)),
    Guarded("exchange_log", "id", ()),
    Guarded("log_leaf", "idx", (("leaf_hash",),), first=0),
    Guarded("log_hash", "pos", (), first=0),
    Guarded("log_checkpoint", None, ()),
    Guarded("log_cosignature", None, (("size", "key_name", "ts"),)),
    Guarded("log_anchor", None, (("size", "authority"),)),
    Guarded("signal_seal", None, (("signal_id",), ("leaf_index",), ("stream", "seq"))),
    Guarded("reveal_log", None, (("signal_id",), ("leaf_index",))),
    Guarded("outcome_entry", None, (("signal_id",), ("leaf_index",))),
    Guarded("realised_seal", None, (("trade_id",), ("leaf_index",))),
    Guarded("log_fact", None, (("leaf_index",),)),
    Guarded("halt_log", "id", (("halt_id", "kind"),)),
    Guarded("flatten_log", "id", (("halt_id", "step"),)),
    Guarded("withdrawal_log", "id", (("client_order_id",),)),
    Guarded("watch_log", "id", ()),
    Guarded("trade_log", "id", (("trade_id",),)),
    Guarded("trade_report", "id", (("trade_id",),)),
    Guarded("opinion_log", "id", ()),
    Guarded("opinion_call", "id", (("call_id", "step"),)),
    Guarded("trial_log", "id", (("search", "number"),)),
    Guarded("trial_series", "id", (("search", "series"),)),
    Guarded("lab_run", "id", (("run_id",),)),
    Guarded("lab_step", "id", ()),
    Guarded("lab_end", "id", (("run_id",),)),
    Guarded("parity_report", "id", ()),
    Guarded("alert_log", "id", ()),
    Guarded("alert_task", "id", (("alert", "channel"),)),
    Guarded("alert_attempt", "id", ()),
    Guarded("configuration_log", "id", ()),
)

# A note is of a size that no note had, and of entries that are there. With the primary key this is compare-and-swap:
# there are never two notes for one size.
_GROWS = "NEW.size > (SELECT coalesce(max(size), 0) FROM log_checkpoint)"
_COVERED = "NEW.size <= (SELECT coalesce(max(idx), -1) + 1 FROM log_leaf)"
_SQLITE_GROWTH = (
    f"CREATE TRIGGER log_checkpoint_grows BEFORE INSERT ON log_checkpoint WHEN NOT ({_GROWS} AND {_COVERED}) "
    "BEGIN SELECT RAISE(ABORT, 'log_checkpoint: not a growth of the log'); END"
)
_POSTGRESQL_GROWTH = (
    f"""CREATE FUNCTION argo_log_checkpoint_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT ({_GROWS} AND {_COVERED})
  THEN RAISE EXCEPTION 'log_checkpoint: not a growth of the log'; END IF;
  RETURN NEW;
END $$""",
    "CREATE TRIGGER log_checkpoint_grows BEFORE INSERT ON log_checkpoint "
    "FOR EACH ROW EXECUTE FUNCTION argo_log_checkpoint_grows()",
)

_POSTGRESQL_REFUSE = """CREATE FUNCTION argo_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END $$"""


def guard_statements(dialect: str) -> tuple[str, ...]:
    """The DDL of every trigger, for `sqlite` or `postgresql`."""
    if dialect == "sqlite":
        return (*(statement for guarded in GUARDED for statement in _sqlite(guarded)), _SQLITE_GROWTH)
    guards = (statement for guarded in GUARDED for statement in _postgresql(guarded))
    return (_POSTGRESQL_REFUSE, *guards, *_POSTGRESQL_GROWTH)


def _sqlite(guarded: Guarded) -> tuple[str, ...]:
    table = guarded.table
    statements = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    # INSERT OR REPLACE deletes the older row without firing delete triggers, so it is stopped before it inserts.
    for key in guarded.keys:
        match = " AND ".join(f"{column} = NEW.{column}" for column in key)
        statements.append(
            f"CREATE TRIGGER {table}_no_second_{'_'.join(key)} BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {match}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {', '.join(key)} is stored already'); END"
        )
    if guarded.dense is not None:
        following = f"(SELECT coalesce(max({guarded.dense}), {guarded.first - 1}) + 1 FROM {table})"
        statements.append(
            f"CREATE TRIGGER {table}_dense BEFORE INSERT ON {table} WHEN NEW.{guarded.dense} IS NOT {following} "
            f"BEGIN SELECT RAISE(ABORT, '{table}: not the next {guarded.dense}'); END"
        )
    return tuple(statements)


def _postgresql(guarded: Guarded) -> tuple[str, ...]:
    # Per statement: ON CONFLICT DO UPDATE fires it even where no row conflicts.
    table = guarded.table
    statements = [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION argo_refuse()"
    ]
    if guarded.dense is not None:
        # One function per table: its query is planned once, a dynamic one at every row.
        statements.append(
            f"CREATE FUNCTION argo_{table}_dense() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "BEGIN\n"
            f"  IF NEW.{guarded.dense} IS DISTINCT FROM "
            f"(SELECT coalesce(max({guarded.dense}), {guarded.first - 1}) + 1 FROM {table})\n"
            f"  THEN RAISE EXCEPTION '{table}: not the next {guarded.dense}'; END IF;\n"
            "  RETURN NEW;\n"
            "END $$"
        )
        statements.append(
            f"CREATE TRIGGER {table}_dense BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION argo_{table}_dense()"
        )
    return tuple(statements)
