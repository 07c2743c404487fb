"""What every Publisher promises."""

from __future__ import annotations

from argo_core.model.cycle import OutboxMessage
from argo_core.ports import Publisher


def message(key: str, payload: bytes = b"{}") -> OutboxMessage:
    """A message of the contract tests."""
    return OutboxMessage(topic="sync.signal", key=key, payload=payload)


class PublisherContract:
    """Subclass it, and give a fixture `publisher` with a receiver that knows nothing yet."""

    async def test_there_is_one_answer_per_message_in_order(self, publisher: Publisher) -> None:
        answers = await publisher.publish([message("a"), message("b"), message("c")])
        assert [answer.key for answer in answers] == ["a", "b", "c"]
        assert {answer.status for answer in answers} == {"accepted"}

    async def test_publishing_again_is_harmless(self, publisher: Publisher) -> None:
        await publisher.publish([message("a")])
        assert [answer.status for answer in await publisher.publish([message("a")])] == ["duplicate"]

    async def test_other_content_under_a_known_key_is_refused(self, publisher: Publisher) -> None:
        await publisher.publish([message("a")])
        (answer,) = await publisher.publish([message("a", b'{"other": 1}')])
        assert (answer.status, answer.code) == ("refused", "conflict")

    async def test_nothing_to_publish_is_no_error(self, publisher: Publisher) -> None:
        assert await publisher.publish([]) == ()
