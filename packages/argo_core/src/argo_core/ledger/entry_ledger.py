"""The entries of a log read one after the other: what they say of each signal, and where they break a rule."""

from __future__ import annotations

from argo_core.errors import DataError
from argo_core.ledger.entries import read_entry
from argo_core.ledger.realised import named_trade
from argo_core.model.ledger_audit import Finding

Members = dict[str, object]


class EntryLedger:
    """Feed it every entry, in order. `signals` by index; `reveals` and `outcomes` by the index that they are of.

    `facts` by index: decisions, legacy, policy, key and tally entries; `realised` those policy entries that commit to
    finished trades. Findings carry the monitor's codes:
    docs/spec/verification.md section 3.2.
    """

    def __init__(self) -> None:
        self.signals: dict[int, Members] = {}
        self.reveals: dict[int, tuple[int, Members]] = {}
        self.outcomes: dict[int, tuple[int, Members]] = {}
        self.facts: dict[int, Members] = {}
        self.realised: dict[int, Members] = {}
        self.findings: list[Finding] = []
        self._next_seq: dict[object, int] = {}
        self._at = ""

    def feed(self, index: int, entry: bytes) -> None:
        """Take one entry."""
        try:
            members = read_entry(entry)
        except DataError as error:
            self._find("non_canonical_entry", index, str(error))
            return
        at, kind = str(members["at"]), members["kind"]
        if at < self._at:
            self._find("time_regression", index, f"its time {at} lies before that of the entry before it")
        self._at = max(self._at, at)
        if (kind == "genesis") != (index == 0):
            self._find("bad_genesis", index, "a log has one genesis entry, and it is the first")
        if kind == "signal":
            self._signal(index, members)
        elif kind in ("reveal", "outcome"):
            self._about(index, members, self.reveals if kind == "reveal" else self.outcomes, str(kind))
        elif named_trade(members) is not None:
            self.realised[index] = members
        elif kind not in ("genesis", "correction"):
            self.facts[index] = members

    def _signal(self, index: int, members: Members) -> None:
        stream, seq = members.get("stream"), members.get("seq")
        expected = self._next_seq.get(stream, 0)
        if seq != expected:
            self._find("seq_gap", index, f"its number in stream {stream!a:.40} is {seq!a:.20} and not {expected}")
        self._next_seq[stream] = (seq if type(seq) is int else expected) + 1
        self.signals[index] = members

    def _about(self, index: int, members: Members, known: dict[int, tuple[int, Members]], kind: str) -> None:
        of = members.get("of")
        if type(of) is not int or of not in self.signals:
            self._find("bad_reference", index, f"this {kind} is of entry {of!a:.20}, which is no signal before it")
        elif of in known:
            self._find(f"duplicate_{kind}", index, f"entry {of} has a {kind} already: the first one stands")
        else:
            if kind == "outcome" and of not in self.reveals:
                self._find("outcome_before_reveal", index, f"signal entry {of} was closed before it was revealed")
            known[of] = (index, members)

    def _find(self, code: str, index: int, words: str) -> None:
        self.findings.append(Finding(code=code, where=f"entry {index}", words=words))
