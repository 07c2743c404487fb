"""Looking a mirrored log over again: its entries against every kept checkpoint, what is stored against its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from alpine_core.errors import NotProven
from alpine_core.model.realised import RealisedRow
from alpine_core.model.signal import StoredSignal
from alpine_core.model.witness import KeptCheckpoint, LoggedSignal
from alpine_core.verify.audit import Finding
from alpine_core.verify.commitment import commitment, read_hex
from alpine_core.verify.entries import read_entry
from alpine_core.verify.log_entry import kind_of, read_outcome_entry, read_signal_entry
from alpine_core.verify.merkle import leaf_hash
from alpine_core.verify.monitor import RULES, Monitor
from alpine_core.verify.realised import is_realised
from alpine_core.verify.realised_audit import realised_problems
from alpine_core.verify.stored_hashes import Frontier, stored_count
from alpine_core.verify.trust_policy import TrustPolicy


def unwitnessed(origin: str) -> Finding:
    """A signal is stored only together with the checkpoint that covers it, and so are entries."""
    problem = "signals or entries are kept beyond the newest kept checkpoint: some were removed"
    return Finding(signal_id=origin, field="checkpoints", problem=problem)


class LedgerAudit:
    """One log. First `checkpoint` for all of them, then `entries` from the first on, then every stored `signal`
    and `realised` trade, then `finish`; `findings` is everything that does not hold.

    `settled`: what the log says before this time (as entries write it) must have been delivered here. What is found is
    also what was removed: entries below a size that our mirror vouched for, signals and outcomes of mirrored entries;
    and every rule that the log's own entries break (`verify.monitor`).
    """

    def __init__(self, policy: TrustPolicy, origin: str, mirror: str, settled: str) -> None:
        """`mirror`: the name under which our mirror cosigns."""
        self._policy, self.origin, self._mirror, self._settled = policy, origin, mirror, settled
        self.findings: list[Finding] = []
        self._roots: dict[int, bytes] = {}
        self._vouched = self._sealed = 0
        self._frontier = Frontier()
        self._entries: dict[int, str] = {}
        self._signals: dict[int, LoggedSignal] = {}
        self._outcomes: dict[int, int] = {}
        self._realised: dict[int, str] = {}
        self._due = set[int]()
        self._monitor = Monitor(origin)

    def checkpoint(self, kept: KeptCheckpoint) -> None:
        """A kept checkpoint: signed by the log, as its columns say it."""
        subject = f"{self.origin} checkpoint {kept.size}"
        try:
            opened = self._policy.open_signed(kept.note)
        except NotProven as error:
            self._find(subject, "note", f"the stored note does not hold: {error}")
            return
        if (opened.origin, opened.size, opened.root) != (self.origin, kept.size, kept.root):
            self._find(subject, "root", "the columns are not what the note says")
        self._roots[opened.size] = opened.root
        if any(one.name == self._mirror for one in kept.cosignatures):
            self._vouched = max(self._vouched, kept.size)

    def entries(self, texts: Sequence[str], kept: Mapping[int, bytes]) -> None:
        """The next entries; `kept`: the stored hashes at the places that belong to them (`places_of`)."""
        for text in texts:
            index = self._frontier.size
            self._frontier, hashes = self._frontier.extend([leaf_hash(text.encode())])
            for place, one in enumerate(hashes, stored_count(index)):
                if kept.get(place) != one:
                    self._find(f"{self.origin} hash {place}", "hash", "the kept hash is not that of the entries")
            root = self._roots.get(self._frontier.size)
            if root is not None and root != self._frontier.root:
                self._find(
                    f"{self.origin} checkpoint {self._frontier.size}",
                    "entries",
                    "the mirrored entries do not lead to the root that the log signed",
                )
            self._read(index, text)

    def places_of(self, count: int) -> range:
        """Where the hashes of the next `count` entries are kept."""
        size = self._frontier.size
        return range(stored_count(size), stored_count(size + count))

    def signal(self, stored: StoredSignal) -> None:
        """A stored signal of this log, against its entry."""
        seal, name = stored.seal, stored.verified.fields.signal_id
        if seal is None or seal.origin != self.origin:
            return
        self._sealed = max(self._sealed, seal.leaf_index + 1)
        entry = self._signals.pop(seal.leaf_index, None)
        try:
            said = read_signal_entry(seal.entry, seal.leaf_index)
            digest = bytes.fromhex(stored.verified.verification_hash)
            holds = commitment(read_hex("salt", seal.salt), digest).hex() == said.commit
        except (NotProven, ValueError) as error:
            self._find(name, "seal", f"the stored seal cannot be read: {error}")
            return
        if not holds:
            self._find(name, "seal", "the log's entry commits to another signal or salt")
        if (said.stream, said.seq, said.at, said.reveal_by) != (seal.stream, seal.seq, seal.at, seal.reveal_by):
            self._find(name, "seal", "the columns are not what the entry says")
        if seal.leaf_index < self._frontier.size and entry != said:
            self._find(name, "seal", f"entry {seal.leaf_index} of the mirror is another one, or another signal's too")
        self._outcome(stored, name)

    def realised(self, row: RealisedRow) -> None:
        """A stored trade whose entry is in this log, against it."""
        if row.origin != self.origin or row.leaf_index is None:
            return  # of a trade in no log there is nothing to hold the row against
        self._due.discard(row.leaf_index)
        for problem in realised_problems(row):
            self._find(row.trade_id, "realised", problem)
        if row.leaf_index < self._frontier.size and self._realised.get(row.leaf_index) != row.entry:
            self._find(row.trade_id, "realised", f"entry {row.leaf_index} of the mirror is another one")

    def finish(self, now: datetime, witnessed: int) -> None:
        """What the log has, and nothing here answers to; which of its rules it breaks at `now`. `witnessed`: the newest
        kept checkpoint's size, read after everything else; 0 if none is kept."""
        if witnessed < max(self._sealed, self._frontier.size):
            self.findings.append(unwitnessed(self.origin))
        for found in self._monitor.findings(now):
            self._find(f"{self.origin} entry {found.index}", found.code, RULES[found.code])
        if self._frontier.size < self._vouched:
            there = f"{self._frontier.size} entries are there of {self._vouched} that were mirrored"
            self._find(self.origin, "entries", f"{there}: the last were removed")
        for index, one in self._signals.items():
            if one.at < self._settled:
                self._find(f"{self.origin} entry {index}", "signal", "the signal of this entry is not stored here")
        for of, index in self._outcomes.items():
            self._find(f"{self.origin} entry {index}", "outcome", f"the outcome of entry {of} is not stored here")
        for index in sorted(self._due):
            self._find(f"{self.origin} entry {index}", "realised", "the trade of this entry is not stored here")

    def _outcome(self, stored: StoredSignal, name: str) -> None:
        assert stored.seal is not None
        index = self._outcomes.pop(stored.seal.leaf_index, None)
        seal = stored.outcome_seal
        if stored.outcome is None:
            if index is not None:
                self._outcomes[stored.seal.leaf_index] = index
            return
        try:
            said = None if seal is None else read_outcome_entry(seal.entry)
        except NotProven as error:
            self._find(name, "outcome", f"the stored entry cannot be read: {error}")
            return
        if seal is None or said is None or said.of != stored.seal.leaf_index:
            self._find(name, "outcome", "the outcome has no place in the log, and its signal has one")
        elif (said.result, said.exit_price) != (stored.outcome.result, stored.outcome.exit_price):
            self._find(name, "outcome", "the outcome is not what the log says")
        elif seal.leaf_index < self._frontier.size and self._entries.get(seal.leaf_index) != seal.entry:
            self._find(name, "outcome", f"entry {seal.leaf_index} of the mirror is another one")

    def _read(self, index: int, text: str) -> None:
        self._monitor.feed(index, text)
        try:
            if kind_of(text) == "signal":
                self._signals[index] = read_signal_entry(text, index)
            elif kind_of(text) == "outcome":
                entry = read_outcome_entry(text)
                self._entries[index] = text
                if entry.at < self._settled:
                    self._outcomes.setdefault(entry.of, index)
            elif kind_of(text) == "policy" and is_realised(policy := read_entry(text)):
                self._realised[index] = text
                if policy.at < self._settled:
                    self._due.add(index)
        except NotProven:
            return  # the monitor has said what is wrong with it

    def _find(self, subject: str, field: str, problem: str) -> None:
        self.findings.append(Finding(signal_id=subject, field=field, problem=problem))
