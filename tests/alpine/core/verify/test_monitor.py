"""The monitor's rules: each vector's findings exactly, and each way to bend a log."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from alpine_core.errors import OurError
from alpine_core.verify.entries import LegacyEntry, read_entry
from alpine_core.verify.monitor import RULES, Monitor, MonitorFinding
from tests.alpine.core.vectors import vectors
from tests.alpine.core.verify.small_log import GENESIS, SmallLog

NOW = datetime(2026, 1, 2, 14, 45, tzinfo=UTC)
SCENARIOS = vectors("monitor_scenarios")["scenarios"]


def fed(*entries: str, origin: str | None = None) -> Monitor:
    monitor = Monitor(origin)
    for index, entry in enumerate(entries):
        monitor.feed(index, entry)
    return monitor


def found(monitor: Monitor, now: datetime = NOW) -> list[tuple[int, str]]:
    return [(each.index, each.code) for each in monitor.findings(now)]


@pytest.mark.parametrize("case", SCENARIOS, ids=[case["id"] for case in SCENARIOS])
def test_each_scenario_has_exactly_its_findings_and_counts(case: dict[str, object]) -> None:
    monitor = fed(*case["entries"])  # type: ignore[misc]
    now = datetime.fromisoformat(str(case["now"]))
    assert [[each.index, each.code] for each in monitor.findings(now)] == case["findings"]
    counts = monitor.counts(now)
    told = {name: getattr(counts, name) for name in ("signals", "revealed", "closed", "open")}
    assert told == case["counts"]


def test_what_is_found_does_not_depend_on_how_often_is_asked() -> None:
    (case,) = [each for each in SCENARIOS if each["id"] == "cherry-pick"]
    monitor, now = Monitor(), datetime.fromisoformat(case["now"])
    for index, entry in enumerate(case["entries"]):
        monitor.feed(index, entry)
        monitor.findings(now)
        monitor.counts(now)
    assert [[each.index, each.code] for each in monitor.findings(now)] == case["findings"]
    assert monitor.findings(now) == monitor.findings(now)


def test_an_undisclosed_signal_is_overdue_from_its_deadline_on_and_stays_in_the_denominator() -> None:
    log = SmallLog().signal("SIG-1", minute=30)
    monitor = fed(*log.entries)
    before, after = datetime(2026, 1, 3, 14, 30, tzinfo=UTC), datetime(2026, 1, 3, 14, 30, 1, tzinfo=UTC)
    assert (found(monitor, before), monitor.counts(before).overdue) == ([], 0)
    assert (found(monitor, after), monitor.counts(after).overdue) == ([(1, "reveal_overdue")], 1)
    assert (monitor.counts(after).signals, monitor.counts(after).open) == (1, 1)


def test_both_sides_of_a_symbol_are_two_signals_whichever_is_disclosed() -> None:
    log = SmallLog().signal("SIG-1", minute=30).signal("SIG-2", minute=30, action="SELL").reveal(1, minute=31)
    late = datetime(2026, 1, 4, tzinfo=UTC)
    assert found(fed(*log.entries), late) == [(2, "reveal_overdue")]


ATTACKS: dict[str, tuple[SmallLog, list[tuple[int, str]]]] = {
    "a number used twice": (
        SmallLog().signal("SIG-1", minute=30).signal("SIG-2", minute=31, seq=0),
        [(2, "seq_duplicate")],
    ),
    "a number left out, then used": (
        SmallLog().signal("SIG-1", minute=30, seq=1).signal("SIG-2", minute=31, seq=0),
        [(1, "seq_gap"), (2, "seq_duplicate")],
    ),
    "disclosed twice": (
        SmallLog().signal("SIG-1", minute=30).reveal(1, minute=31).reveal(1, minute=32),
        [(3, "duplicate_reveal")],
    ),
    "two outcomes": (
        SmallLog()
        .signal("SIG-1", minute=30)
        .reveal(1, minute=31)
        .outcome(1, minute=32)
        .outcome(1, minute=33, result="target"),
        [(4, "duplicate_outcome")],
    ),
    "one name for two signals": (
        SmallLog().signal("SIG-1", minute=30).signal("SIG-1", minute=31).reveal(1, minute=32).reveal(2, minute=33),
        [(4, "duplicate_signal_id")],
    ),
    "an entry older than the one before": (
        SmallLog().signal("SIG-1", minute=30).signal("SIG-2", minute=29),
        [(2, "time_regression")],
    ),
    "a disclosure of nothing": (
        SmallLog().signal("SIG-1", minute=30).reveal(1, minute=31, of=7),
        [(2, "bad_reference")],
    ),
    "a correction of a signal": (
        SmallLog()
        .signal("SIG-1", minute=30)
        .raw('{"at":"2026-01-02T14:31:00.000000Z","kind":"correction","of":1,"reason":"x","replaces":{},"v":1}'),
        [(2, "bad_reference")],
    ),
    "a second genesis": (SmallLog().raw(GENESIS), [(1, "bad_genesis")]),
    "an entry with a space": (SmallLog().raw(GENESIS.replace(",", ", ")), [(1, "non_canonical_entry")]),
    "an entry that names a member twice": (
        SmallLog().raw(GENESIS.replace('{"at"', '{"at":"2026-01-02T14:28:00.000000Z","at"')),
        [(1, "non_canonical_entry")],
    ),
    "a number that is not canonical": (
        SmallLog().raw('{"at":"2026-01-02T14:30:00.000000Z","count":1.0,"kind":"legacy","root":"' + "0" * 64 + '"}'),
        [(1, "non_canonical_entry")],
    ),
    "a tally that forgets a signal": (
        SmallLog()
        .signal("SIG-1", minute=30)
        .raw('{"at":"2026-01-02T14:31:00.000000Z","kind":"tally","streams":{"main":0},"v":1}'),
        [(2, "bad_entry")],
    ),
    "no object at all": (SmallLog().raw("[]"), [(1, "non_canonical_entry")]),
    "a signal without commitment": (
        SmallLog().raw('{"at":"2026-01-02T14:30:00.000000Z","kind":"signal","v":1}'),
        [(1, "bad_signal")],
    ),
    "an outcome of a result that is none": (
        SmallLog().signal("SIG-1", minute=30).reveal(1, minute=31).outcome(1, minute=32, result="win"),
        [(3, "bad_entry")],
    ),
    "content outside of the canonical form": (
        SmallLog()
        .signal("SIG-1", minute=30)
        .raw('{"at":"2026-01-02T14:31:00.000000Z","kind":"reveal","of":1,"salt":"' + "0" * 64 + '","signal":{},"v":1}'),
        [(2, "bad_signal")],
    ),
}


@pytest.mark.parametrize(("log", "findings"), ATTACKS.values(), ids=list(ATTACKS))
def test_what_bends_a_log_is_found_by_its_rule(log: SmallLog, findings: list[tuple[int, str]]) -> None:
    monitor = fed(*log.entries)
    assert found(monitor) == findings
    assert {code for _, code in findings} <= set(RULES)


def test_kinds_without_rules_of_order_pass() -> None:
    log = SmallLog().signal("SIG-1", minute=30)
    at, root = '"at":"2026-01-02T14:31:00.000000Z"', "0" * 64
    log = log.raw(f'{{{at},"count":3,"date":"2026-01-01","kind":"decisions","root":"{root}","v":1}}')
    log = log.raw(f'{{{at},"kind":"tally","streams":{{"main":1}},"v":1}}')
    log = log.raw(f'{{{at},"kind":"policy","name":"verify.js","sha256":"{root}","text_url":"https://x.example","v":1}}')
    vkey = "a.example+2ef5e17a+AdrnMvyHVwluBhEp/IK+TZ4dV+86a1N8rEt0e+Rq6s0R"
    log = log.raw(
        f'{{"action":"add",{at},"kind":"key","v":1,"valid_from":"2026-01-02T14:31:00.000000Z","vkey":"{vkey}"}}'
    )
    assert found(fed(*log.entries)) == []


def test_a_log_of_another_origin_is_no_log_of_ours() -> None:
    assert found(fed(GENESIS, origin="other.example/signals")) == [(0, "bad_genesis")]
    assert found(fed(GENESIS, origin="provider.example/signals")) == []


def test_an_entry_fed_out_of_order_is_our_mistake() -> None:
    with pytest.raises(OurError):
        Monitor().feed(1, GENESIS)


def test_sealed_signals_are_listed_newest_first_until_they_are_disclosed() -> None:
    log = (
        SmallLog().signal("SIG-1", minute=30).signal("SIG-2", minute=31).signal("SIG-3", minute=32).reveal(2, minute=33)
    )
    sealed = fed(*log.entries).sealed()
    assert [(each.index, each.seq) for each in sealed] == [(3, 2), (1, 0)]


def test_a_hundred_thousand_entries_take_seconds() -> None:
    log = SmallLog().signal("SIG-1", minute=30).reveal(1, minute=31).outcome(1, minute=32)
    genesis, *cycle = log.entries
    monitor, begun = fed(genesis), time.process_time()
    for number in range(5_000):
        for offset, entry in enumerate(cycle):
            text = entry.replace('"seq":0', f'"seq":{number}').replace('"of":1', f'"of":{1 + 3 * number}')
            monitor.feed(1 + 3 * number + offset, text)
    per_entry = (time.process_time() - begun) / 15_000
    assert per_entry < 100e-6
    assert monitor.counts(NOW).closed == 5_000
    assert {each.code for each in monitor.findings(NOW)} == {"duplicate_signal_id", "time_regression"}


def test_findings_are_ordered_by_entry_then_code() -> None:
    assert MonitorFinding(2, "a") < MonitorFinding(2, "b") < MonitorFinding(10, "a")


@pytest.mark.parametrize("scheme", ["legacy-json-0", "jcs-1"])
def test_what_was_hashed_before_the_log_began_is_one_entry_in_either_form(scheme: str) -> None:
    text = (
        '{"at":"2026-01-02T14:30:00.000000Z","count":2,"kind":"legacy","root":"'
        + "0" * 64
        + f'","scheme":"{scheme}","v":1}}'
    )
    entry = read_entry(text)
    assert isinstance(entry, LegacyEntry)
    assert entry.scheme == scheme
