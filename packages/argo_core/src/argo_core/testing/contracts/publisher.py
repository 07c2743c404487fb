"""What every Publisher promises."""

from __future__ import annotations

import msgspec

from argo_core.model.cycle import OutboxMessage
from argo_core.ports import Publisher


def message(signal_id: str, confidence: float = 80.0) -> OutboxMessage:
    """A signal's message of the contract tests; the receiver identifies it by `signal_id`."""
    body = msgspec.json.encode({"signal_id": signal_id, "confidence": confidence})
    return OutboxMessage(topic="receiver", key=f"signal:{signal_id}", payload=body)


class PublisherContract:
    """Subclass it, and give a fixture `publisher` with a receiver that knows nothing yet."""

    async def test_there_is_one_answer_per_message_in_order(self, publisher: Publisher) -> None:
        answers = await publisher.publish([message("a"), message("b"), message("c")])
        assert [answer.key for answer in answers] == ["signal:a", "signal:b", "signal:c"]
        assert {answer.status for answer in answers} == {"accepted"}
        assert all(answer.taken for answer in answers)

    async def test_publishing_again_is_harmless(self, publisher: Publisher) -> None:
        await publisher.publish([message("a")])
        (alone,) = await publisher.publish([message("a")])
        beside = await publisher.publish([message("a"), message("b")])
        assert [alone.status, *(answer.status for answer in beside)] == ["duplicate", "duplicate", "accepted"]
        assert alone.taken

    async def test_other_content_under_a_known_key_is_refused(self, publisher: Publisher) -> None:
        await publisher.publish([message("a")])
        (answer,) = await publisher.publish([message("a", confidence=81.0)])
        assert (answer.status, answer.code, answer.taken) == ("refused", "conflict", False)

    async def test_nothing_to_publish_is_no_error(self, publisher: Publisher) -> None:
        assert await publisher.publish([]) == ()
