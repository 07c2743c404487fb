"""A few records at random, each looked at wholly: its row, hash and seal, its entries in the mirror, their way to the
newest signed root."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from alpine_core.errors import NotProven
from alpine_core.model.signal import StoredSignal
from alpine_core.model.witness import KeptCheckpoint
from alpine_core.ports.audit_shelf import AuditShelf
from alpine_core.ports.log_mirror import LogMirror
from alpine_core.ports.signal_shelf import SignalShelf
from alpine_core.ports.witness_store import WitnessStore
from alpine_core.verify.audit import Finding
from alpine_core.verify.ledger_audit import LedgerAudit, unwitnessed
from alpine_core.verify.merkle import leaf_hash, verify_inclusion
from alpine_core.verify.record_audit import RecordAudit
from alpine_core.verify.stored_hashes import inclusion_plan, stored_position
from alpine_core.verify.trust_policy import TrustPolicy

Choose = Callable[[Sequence[int], int], Sequence[int]]


class Sample(NamedTuple):
    """So many records were looked at, those of these `names`, and this does not hold."""

    checked: int
    findings: tuple[Finding, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """`mirror_name`: the name under which our mirror cosigns. Reads only. Raises StoreError."""

    policy: TrustPolicy
    mirror_name: str
    rows: AuditShelf
    signals: SignalShelf
    states: WitnessStore
    mirror: LogMirror

    async def sample(self, count: int, choose: Choose) -> Sample:
        """At most `count` different records. `choose` takes so many of the places, as a seeded generator's `sample`
        does: the same ones over the same number of records."""
        newest = await self.signals.newest_cursor()
        audit, found, names = RecordAudit(), dict[Finding, None](), list[str]()
        places = sorted(choose(range(1, newest + 1), min(count, newest)))
        for place in places:
            audit.cursor = place - 1
            for row in await self.rows.rows(place - 1, 1):
                audit.record(row)
                names.append(row.name)
                stored = await self.signals.by_id(row.name)
                found.update(dict.fromkeys(() if stored is None else await self._sealed(stored)))
        for origin in await self.states.origins():
            found.update(dict.fromkeys(await self._checkpoint(origin)))
        return Sample(len(places), (*audit.findings, *found), tuple(names))

    async def _checkpoint(self, origin: str) -> list[Finding]:
        audit, newest = self._audit(origin), await self._newest(origin)
        if newest is not None:
            audit.checkpoint(newest)
        return audit.findings

    async def _newest(self, origin: str) -> KeptCheckpoint | None:
        """The checkpoint to which our mirror goes; where entries were taken out, the newest that it vouched for."""
        state = await self.states.state(origin)
        found = None if state is None else await self.mirror.checkpoint(origin, state.mirrored)
        if found is None:
            last = await self.mirror.checkpoint(origin)
            vouched = last is not None and any(one.name == self.mirror_name for one in last.cosignatures)
            return last if vouched else None
        return found

    def _audit(self, origin: str) -> LedgerAudit:
        return LedgerAudit(self.policy, origin, self.mirror_name, "")

    async def _sealed(self, stored: StoredSignal) -> list[Finding]:
        if stored.seal is None:
            return []
        origin, name = stored.seal.origin, stored.verified.fields.signal_id
        audit, newest = self._audit(origin), await self._newest(origin)
        audit.signal(stored)
        said = [(stored.seal.leaf_index, stored.seal.entry, "seal")]
        if stored.outcome_seal is not None:
            said.append((stored.outcome_seal.leaf_index, stored.outcome_seal.entry, "outcome"))
        found, state = list(audit.findings), await self.states.state(origin)
        if state is None or state.size < max(stored.seal.leaf_index + 1, state.mirrored):
            found.append(unwitnessed(origin))
        for index, entry, field in said:
            if newest is not None and index < newest.size:
                problem = await self._unmirrored(newest, index, entry)
                found += [] if problem is None else [Finding(signal_id=name, field=field, problem=problem)]
        return found

    async def _unmirrored(self, newest: KeptCheckpoint, index: int, entry: str) -> str | None:
        """Why the entry is not the one that the log signed; None where it is."""
        texts = await self.mirror.entries(newest.origin, index, 1)
        if not texts:
            return f"entry {index} was removed from the mirror"
        if texts[0] != entry:
            return f"entry {index} of the mirror is another one"
        plan, place = inclusion_plan(index, newest.size), stored_position(0, index)
        kept = await self.mirror.hashes(newest.origin, (*plan.positions, place))
        leaf = leaf_hash(entry.encode())
        if kept.get(place) != leaf:
            return f"the kept hash of entry {index} is not that of the entry"
        try:
            verify_inclusion(index, newest.size, leaf, plan.build(kept), newest.root)
        except (KeyError, NotProven):
            return f"the kept hashes do not lead from entry {index} to the root of {newest.size} that the log signed"
        return None
