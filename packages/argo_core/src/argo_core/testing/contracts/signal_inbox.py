"""What every inbox must do. Fixtures: an empty `inbox`, and `journal` over the same storage."""

from __future__ import annotations

from argo_core.model.execution import SignalVerdicts
from argo_core.model.inbox import Intake, ReceivedSignal
from argo_core.ports import ExecutionJournal, SignalInbox
from argo_core.testing.sample_bodies import signal_body_of
from argo_core.testing.sample_cycles import MOMENT, sample_signal


def received(signal_id: str, confidence: float = 82.5) -> ReceivedSignal:
    """A signal as it came; another confidence is another hash."""
    sealed = sample_signal(signal_id, confidence=confidence)
    return ReceivedSignal(sealed=sealed, body=signal_body_of(sealed), received_at=MOMENT)


def denied(signal_id: str) -> SignalVerdicts:
    """A decision."""
    return SignalVerdicts(signal_id=signal_id, executor_id="argo", verdicts=(), decision="denied", decided_at=MOMENT)


class SignalInboxContract:
    async def test_an_accepted_signal_waits_with_its_exact_body(self, inbox: SignalInbox) -> None:
        assert await inbox.receive(received("s1")) is Intake.ACCEPTED
        (waiting,) = await inbox.undecided(10)
        assert (waiting.body, waiting.sealed.verification_hash, waiting.received_at) == (
            received("s1").body, received("s1").sealed.verification_hash, MOMENT,
        )  # fmt: skip

    async def test_the_same_signal_again_is_a_duplicate_and_waits_once(self, inbox: SignalInbox) -> None:
        await inbox.receive(received("s1"))
        assert await inbox.receive(received("s1")) is Intake.DUPLICATE
        assert len(await inbox.undecided(10)) == 1

    async def test_the_same_id_with_another_hash_is_a_conflict_and_changes_nothing(self, inbox: SignalInbox) -> None:
        await inbox.receive(received("s1"))
        assert await inbox.receive(received("s1", confidence=99.0)) is Intake.CONFLICT
        assert [waiting.sealed.signal.confidence for waiting in await inbox.undecided(10)] == [82.5]

    async def test_signals_wait_in_the_order_in_which_they_came(self, inbox: SignalInbox) -> None:
        for name in ("s3", "s1", "s2"):
            await inbox.receive(received(name))
        assert [waiting.sealed.signal.signal_id for waiting in await inbox.undecided(2)] == ["s3", "s1"]

    async def test_a_decided_signal_waits_no_longer(self, inbox: SignalInbox, journal: ExecutionJournal) -> None:
        for name in ("s1", "s2"):
            await inbox.receive(received(name))
        await journal.decided(denied("s1"), ())
        assert [waiting.sealed.signal.signal_id for waiting in await inbox.undecided(10)] == ["s2"]
        assert await inbox.receive(received("s1")) is Intake.DUPLICATE
