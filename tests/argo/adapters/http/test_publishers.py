"""Distributor and executor over real HTTP: the promise of the port, and the shape of what is sent."""

from __future__ import annotations

import httpx
import pytest

from argo_core.adapters.http import DistributorPublisher, ExecutorPublisher, Receiver, Sender
from argo_core.errors import StoreError, Unavailable
from argo_core.model.cycle import OutboxMessage
from argo_core.testing.contracts.publisher import PublisherContract, message
from tests.argo.adapters.http.receiver import KEY, Answer, ReceiverApp

SYNC = "/api/v1/external-signals/sync"


class TestDistributor(PublisherContract):
    @pytest.fixture(name="publisher")
    def to_distributor(self, sender: Sender) -> DistributorPublisher:
        return DistributorPublisher(sender)


class TestExecutor(PublisherContract):
    @pytest.fixture(name="publisher")
    def to_executor(self, sender: Sender) -> ExecutorPublisher:
        return ExecutorPublisher(sender)


def outcome(signal_id: str) -> OutboxMessage:
    return OutboxMessage(
        topic="receiver", key=f"outcome:{signal_id}", payload=b'{"signal_id":"%s"}' % signal_id.encode()
    )


def marks(cycle_id: str) -> OutboxMessage:
    return OutboxMessage(topic="receiver", key=f"marks:{cycle_id}", payload=b'{"series":[]}')


async def test_neighbours_of_one_kind_share_a_body_and_the_order_is_kept(receiver: ReceiverApp, sender: Sender) -> None:
    sent = [message("a"), outcome("a"), outcome("b"), marks("c1"), message("c"), message("d")]
    answers = await DistributorPublisher(sender).publish(sent)
    assert [request.path.removeprefix(SYNC) for request in receiver.requests] == [
        "/signal",
        "/outcomes",
        "/marks",
        "/signals",
    ]
    assert [answer.key for answer in answers] == [entry.key for entry in sent]


async def test_a_batch_is_the_stored_bytes(receiver: ReceiverApp, sender: Sender) -> None:
    odd = OutboxMessage(topic="t", key="signal:a", payload=b'{"signal_id":"a","entry_price":175.0}')
    await DistributorPublisher(sender).publish([odd, message("b")])
    assert receiver.requests[0].body.startswith(b'{"signals":[{"signal_id":"a","entry_price":175.0},{')


async def test_one_unreadable_signal_does_not_hold_its_neighbours_up(receiver: ReceiverApp, sender: Sender) -> None:
    receiver.unreadable = {"c"}
    receiver.instead = []
    sent = [message(name) for name in "abcde"]
    answers = await DistributorPublisher(sender).publish(sent)
    assert [(answer.key[-1], answer.status) for answer in answers] == [
        ("a", "accepted"),
        ("b", "accepted"),
        ("c", "refused"),
        ("d", "accepted"),
        ("e", "accepted"),
    ]


async def test_an_executor_gets_signals_and_prices_one_by_one(receiver: ReceiverApp, sender: Sender) -> None:
    await ExecutorPublisher(sender).publish([marks("c1"), message("a"), message("b")])
    assert [request.path for request in receiver.requests] == [
        "/api/v1/trading/marks",
        "/api/v1/trading/execute",
        "/api/v1/trading/execute",
    ]


async def test_a_kind_that_the_receiver_does_not_take_is_refused_without_asking(
    receiver: ReceiverApp, sender: Sender
) -> None:
    unknown = OutboxMessage(topic="t", key="rumour:1", payload=b"{}")
    for publisher in (ExecutorPublisher(sender), DistributorPublisher(sender)):
        (answer,) = await publisher.publish([unknown])
        assert (answer.status, answer.code) == ("refused", "unknown_kind")
    assert receiver.requests == []


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (Answer(401, {"code": "unauthorized"}), "the key is refused"),
        (Answer(503, {"code": "store_unavailable"}), "503 store_unavailable"),
        (Answer(500, "oops"), "500 http_500"),
        (Answer(404, {}), "404"),
        (Answer(400, {"code": "digest_mismatch"}), "digest_mismatch"),
        (Answer(400, {"code": "bad_signature"}), "install the receiver's ALPINE_WEBHOOK_SECRET"),
        (Answer(422, {"code": "timestamp_in_future"}), "timestamp_in_future"),
    ],
    ids=["wrong key", "store down", "their fault", "another program", "byte flipped", "not signed", "our clock ahead"],
)
async def test_what_may_pass_another_time_is_kept(
    receiver: ReceiverApp, sender: Sender, answer: Answer, hint: str
) -> None:
    receiver.instead = [answer]
    with pytest.raises(Unavailable, match=hint):
        await DistributorPublisher(sender).publish([message("a")])


@pytest.mark.parametrize(("status", "code"), [(400, "hash_mismatch"), (413, "too_large"), (422, "action_unknown")])
async def test_what_will_never_pass_is_refused_with_its_code(
    receiver: ReceiverApp, sender: Sender, status: int, code: str
) -> None:
    receiver.instead = [Answer(status, {"code": code})]
    (answer,) = await DistributorPublisher(sender).publish([message("a")])
    assert (answer.status, answer.code) == ("refused", code)


async def test_a_receiver_that_asks_to_wait_is_heard(receiver: ReceiverApp, sender: Sender) -> None:
    receiver.instead = [Answer(429, {"code": "rate_limited"}, {"retry-after": "7"})]
    with pytest.raises(Unavailable) as raised:
        await ExecutorPublisher(sender).publish([message("a")])
    assert raised.value.retry_after == 7.0


async def test_what_was_answered_before_the_receiver_went_away_is_kept(receiver: ReceiverApp, sender: Sender) -> None:
    receiver.instead = [Answer(201, {"signal_id": "a"}), Answer(503, {})]
    answers = await ExecutorPublisher(sender).publish([message("a"), message("b"), message("c")])
    assert [answer.key for answer in answers] == ["signal:a"]


async def test_a_batch_without_an_answer_for_each_item_is_not_believed(receiver: ReceiverApp, sender: Sender) -> None:
    receiver.instead = [Answer(200, {"results": [{"status": "accepted"}]})]
    with pytest.raises(StoreError, match="without 2 results"):
        await DistributorPublisher(sender).publish([message("a"), message("b")])


async def test_nobody_listening_is_one_line_that_says_what_to_look_at() -> None:
    async with httpx.AsyncClient() as client:
        sender = Sender(client, Receiver("http://127.0.0.1:9", KEY))
        with pytest.raises(Unavailable, match="is the receiver running"):
            await DistributorPublisher(sender).publish([message("a")])


async def test_an_item_that_may_pass_later_ends_the_batch_there(receiver: ReceiverApp, sender: Sender) -> None:
    later = {"status": "refused", "code": "timestamp_in_future"}
    receiver.instead = [Answer(200, {"results": [taken("a"), {**later, "signal_id": "b"}, taken("c")]})]
    answers = await DistributorPublisher(sender).publish([message("a"), message("b"), message("c"), outcome("a")])
    assert [answer.key for answer in answers] == ["signal:a"]
    assert len(receiver.requests) == 1
    receiver.instead = [Answer(200, {"results": [{**later, "signal_id": "b"}, taken("c")]})]
    with pytest.raises(Unavailable, match="is the clock right"):
        await DistributorPublisher(sender).publish([message("b"), message("c")])


def taken(signal_id: str) -> dict[str, str]:
    return {"signal_id": signal_id, "status": "accepted"}


HTML = {"content-type": "text/html"}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, "<h1>Log in</h1>", HTML),
        Answer(201, {}),
        Answer(201, {"external_signal_id": "other", "signal_id": "other"}),
        Answer(400, "<h1>Bad Request</h1>", HTML),
        Answer(400, {"code": "bad_json"}, HTML),
        Answer(409, "<h1>Conflict</h1>", HTML),
        Answer(413, {}),
    ],
    ids=["a login page", "nothing said", "another signal", "a proxy's 400", "code in html", "a proxy's 409", "no code"],
)
async def test_what_is_no_receipt_and_no_verdict_leaves_the_message_waiting(
    receiver: ReceiverApp, sender: Sender, answer: Answer
) -> None:
    for publisher in (DistributorPublisher(sender), ExecutorPublisher(sender)):
        receiver.instead = [answer]
        with pytest.raises(Unavailable):
            await publisher.publish([message("a")])


async def test_results_that_name_other_signals_are_not_believed(receiver: ReceiverApp, sender: Sender) -> None:
    receiver.instead = [Answer(200, {"results": [taken("b"), taken("a")]})]
    with pytest.raises(StoreError, match="is its version ours"):
        await DistributorPublisher(sender).publish([message("a"), message("b")])
