"""Entries of the log: the text of the vectors, and nothing that only resembles it."""

from __future__ import annotations

import pytest

from alpine_core.errors import NotProven
from alpine_core.model.witness import LoggedSignal
from alpine_core.verify.log_entry import kind_of, read_outcome_entry, read_reveal_entry, read_signal_entry
from tests.alpine.core.vectors import vectors

ENTRIES = [each["entry"] for each in vectors("log_bundle")["entries"]]
SIGNAL, REVEAL, OUTCOME = ENTRIES[2], ENTRIES[4], ENTRIES[5]


def test_the_kinds_of_the_vectors_are_told() -> None:
    assert [kind_of(text) for text in ENTRIES[:6]] == ["genesis", "legacy", "signal", "signal", "reveal", "outcome"]
    assert kind_of("") == ""


def test_a_signal_a_reveal_and_an_outcome_are_read() -> None:
    assert read_signal_entry(SIGNAL, 2) == LoggedSignal(
        leaf_index=2,
        stream="main",
        seq=0,
        at="2026-01-02T14:30:00.200000Z",
        reveal_by="2026-01-02T15:30:00.000000Z",
        commit="f818646091b8153535bdf7646f64a7bdab946e24bafa06e112da6743965a703d",
    )
    reveal = read_reveal_entry(REVEAL)
    assert (reveal.of, reveal.salt[:8], reveal.fields["signal_id"]) == (2, "d787b416", "SIG-000001")
    outcome = read_outcome_entry(OUTCOME)
    assert (outcome.of, outcome.result, outcome.exit_price, outcome.source) == (
        2,
        "target",
        184.02,
        "consolidated-tape",
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (":", ": "),
        ('"v":1', '"v":2'),
        ('"v":1', '"v":1,"x":1'),
        ('"kind":"signal"', '"kind":"reveal"'),
        ('"seq":0', '"seq":00'),
        ('"seq":0', '"seq":-1'),
        ('"seq":0', '"seq":0.0'),
        ('"stream":"main"', '"stream":""'),
        ("14:30:00.200000Z", "24:30:00.200000Z"),
        ("14:30:00.200000Z", "14:30:00Z"),
        ('"scheme":"jcs-1"', '"scheme":"legacy-json-0"'),
        ("f818", "F818"),
        ("}", "}\n"),
    ],
)
def test_what_only_resembles_a_signals_entry_is_refused(old: str, new: str) -> None:
    assert old in SIGNAL
    with pytest.raises(NotProven) as refused:
        read_signal_entry(SIGNAL.replace(old, new), 2)
    assert refused.value.code == "bad_entry"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("184.02", "184.020"),
        ("184.02", "-184.02"),
        ("184.02", "true"),
        ("184.02", "1e400"),
        ('"of":2', '"of":-2'),
        ('"of":2', '"of":2.0'),
        ('"result":"target"', '"result":"won"'),
        ("consolidated-tape", 'a\\"b'),
        ("consolidated-tape", "\u00fc"),
        ('"v":1', '"v":true'),
        ("14:31:29.000000Z", "soon"),
        ('{"at"', '{ "at"'),
        ("}", ""),
    ],
)
def test_what_only_resembles_an_outcomes_entry_is_refused(old: str, new: str) -> None:
    assert old in OUTCOME
    with pytest.raises(NotProven) as refused:
        read_outcome_entry(OUTCOME.replace(old, new))
    assert refused.value.code == "bad_entry"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"target_price":184', '"target_price":184.0'),
        ("d787", "D787"),
        ('"action":"BUY",', ""),
        ('"action":"BUY"', '"action":"BUY","action":"SELL"'),
        ('"signal":{', '"signal":[{'),
        ("AAPL", "aapl"),
    ],
)
def test_what_only_resembles_a_reveals_entry_is_refused(old: str, new: str) -> None:
    assert old in REVEAL
    with pytest.raises(NotProven) as refused:
        read_reveal_entry(REVEAL.replace(old, new))
    assert refused.value.code == "bad_entry"


@pytest.mark.parametrize("text", ["", "\ud800", "[]", "{}", "x" * 70_000])
def test_a_text_of_any_kind_is_refused_and_not_a_failure_of_ours(text: str) -> None:
    for read in (read_outcome_entry, read_reveal_entry):
        with pytest.raises(NotProven):
            read(text)
    with pytest.raises(NotProven):
        read_signal_entry(text, 0)
