"""The public log over a mirror in memory: evidence and exports verify, what a log broke is told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from alpine_core.errors import NotProven
from alpine_core.feed import Evidence, PublicLog
from alpine_core.model import DEFAULT_TERMS, Alarm, AlarmKind, MirrorStep, Tier
from alpine_core.offline.bundle import verify_bundle
from alpine_core.testing.memory_store import MemoryStore
from alpine_core.testing.sample_log import SAMPLE_ORIGIN, SAMPLE_VKEY, SampleLog
from alpine_core.testing.samples import sample_members, sample_outcome, sample_verified
from alpine_core.tiers import Entitlements
from alpine_core.verify.cosignature import Cosigner
from alpine_core.verify.merkle import leaf_hash
from alpine_core.verify.monitor import MonitorFinding
from alpine_core.verify.note import read_note
from alpine_core.verify.note_key import COSIGNER_KEY, SigningKey, read_vkey
from alpine_core.verify.record_file import read_head, verify_record
from alpine_core.verify.stored_hashes import Frontier, stored_count
from alpine_core.verify.trust_policy import TrustPolicy

NOW = datetime(2026, 1, 2, 14, 40, tzinfo=UTC)
WITNESS = SigningKey("mirror.example/witness", COSIGNER_KEY, b"\x07" * 32)
POLICY = TrustPolicy(logs=[read_vkey(SAMPLE_VKEY)], witnesses={"mirror": WITNESS.key}, quorum="mirror")
OUTCOME = sample_outcome("SIG-1", exit_at="2026-01-02T14:35:00Z")


class House:
    """A store, and a log that it witnesses and mirrors."""

    def __init__(self) -> None:
        self.store, self.log = MemoryStore(), SampleLog()
        self.public = PublicLog(POLICY, self.store.ledger, self.store.ledger, self.store)
        self._expected: int | None = None
        self._mirrored = 0

    async def seal(self, signal_id: str) -> None:
        """One signal, sealed and stored."""
        sealed = self.log.sealed(sample_verified(signal_id))
        await self.store.store([sealed], NOW, [self.log.advance(self._expected)])
        self._expected = self.log.size

    async def mirror(self) -> None:
        """Everything that the log holds, cosigned."""
        leaves = [leaf_hash(each.encode()) for each in self.log.entries]
        kept = Frontier().extend(leaves)[1][stored_count(self._mirrored) :]
        cosigned = Cosigner(WITNESS).cosign(read_note(self.log.note()).text, int(NOW.timestamp()))
        advance = msgspec.structs.replace(self.log.advance(self._expected), cosignatures=(cosigned,))
        fresh = tuple(self.log.entries[self._mirrored :])
        step = MirrorStep(start=self._mirrored, entries=fresh, hashes=tuple(kept), signals=(), reveals=())
        await self.store.ledger.append(step, advance, NOW)
        self._expected = self._mirrored = self.log.size

    async def evidence(self, signal_id: str, reveal_index: int | None = None) -> Evidence | None:
        """As the highest tier sees it."""
        stored = await self.store.by_id(signal_id)
        assert stored is not None
        view = Entitlements(DEFAULT_TERMS).view(stored, Tier.INSTITUTIONAL, NOW)
        assert view is not None
        return await self.public.evidence(msgspec.structs.replace(view, reveal_index=reveal_index))

    async def export(self) -> list[bytes]:
        """The lines of the record file."""
        return [line.encode() async for line in self.public.export(SAMPLE_ORIGIN, NOW)]


@pytest.fixture
def house() -> House:
    return House()


async def test_the_evidence_of_a_signal_verifies_with_witness_reveal_and_outcome(house: House) -> None:
    await house.seal("SIG-1")
    await house.mirror()
    revealed = house.log.reveal(sample_members("SIG-1"), at="2026-01-02T14:34:00.000000Z")
    await house.log.resolve_in(house.store, OUTCOME, NOW)
    await house.mirror()
    evidence = await house.evidence("SIG-1", revealed)
    assert evidence is not None
    assert (evidence.format, evidence.leaf_index) == ("signal-evidence/1", 1)
    report = verify_bundle(msgspec.to_builtins(evidence), POLICY)
    assert (report.index, report.size, report.revealed) == (1, 2, True)
    assert [each.name for each in report.cosignatures] == ["mirror.example/witness"]
    assert report.outcome is not None
    assert report.outcome.result == OUTCOME.result


async def test_evidence_of_what_is_not_witnessed_yet_does_not_meet_the_policy(house: House) -> None:
    await house.seal("SIG-1")
    evidence = await house.evidence("SIG-1")
    with pytest.raises(NotProven) as refused:
        verify_bundle(msgspec.to_builtins(evidence), POLICY)
    assert refused.value.code == "quorum_not_met"


async def test_the_export_verifies_and_is_whole(house: House) -> None:
    for number in range(3):
        await house.seal(f"SIG-{number}")
    await house.mirror()
    head, *lines = await house.export()
    report = verify_record(read_head(head), lines, POLICY, NOW)
    assert (report.counts.entries, report.counts.signals, report.findings) == (4, 3, ())
    with pytest.raises(NotProven) as refused:
        verify_record(read_head(head), lines[:-1], POLICY, NOW)
    assert refused.value.code == "entries_missing"


async def test_where_nothing_is_mirrored_there_is_nothing_to_export(house: House) -> None:
    assert await house.export() == []
    assert await house.public.states(NOW) == ()


async def test_what_a_log_broke_is_told_once_and_again_when_it_is_read_anew(house: House) -> None:
    await house.seal("SIG-1")
    house.log.add('{"at":"2026-01-02T14:31:00.000000Z","kind":"surprise","v":1}')
    await house.mirror()
    broken = (SAMPLE_ORIGIN, MonitorFinding(2, "unknown_kind"))
    assert await house.public.read_on() == (broken,)
    assert await house.public.read_on() == ()
    assert await house.public.read_anew() == (broken,)


async def test_the_state_counts_what_is_sealed_and_what_is_overdue(house: House) -> None:
    await house.seal("SIG-1")
    await house.mirror()
    (state,) = await house.public.states(NOW)
    assert (state.size, state.mirrored, state.witnessed_at) == (2, 2, int(NOW.timestamp()))
    assert (state.counts.signals, state.counts.overdue, [each.index for each in state.sealed]) == (1, 0, [1])
    (late,) = await house.public.states(NOW + timedelta(days=2))
    assert (late.counts.overdue, late.findings) == (1, (MonitorFinding(1, "reveal_overdue"),))


async def test_without_a_pinned_log_there_is_nothing_public(house: House) -> None:
    await house.seal("SIG-1")
    await house.mirror()
    unpinned = PublicLog(TrustPolicy(logs=[], witnesses={}), house.store.ledger, house.store.ledger, house.store)
    assert (unpinned.policy_text, unpinned.origins, await unpinned.states(NOW)) == ("", (), ())


async def test_rewritten_histories_are_shown_with_their_evidence(house: House) -> None:
    def alarm(kind: AlarmKind) -> Alarm:
        return Alarm(kind=kind, subject=SAMPLE_ORIGIN, stored="a", offered="b", evidence=b"{}", raised_at=NOW)

    await house.store.raise_alarm(alarm(AlarmKind.SPLIT_VIEW))
    await house.store.raise_alarm(alarm(AlarmKind.PROOF_REFUSED))
    assert [each.kind for each in await house.public.split_views()] == [AlarmKind.SPLIT_VIEW]
