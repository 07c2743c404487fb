"""Endpoints that answer as a test tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from alpine_core.model.webhook import WebhookAnswer


class MemorySender:
    """`ports.WebhookSender`; `sent` are the calls in their order: address, headers, body.

    `answer` gives what the next call is answered, or raises DeliveryError.
    """

    def __init__(self, answer: Callable[[], WebhookAnswer] = lambda: WebhookAnswer(status=200)) -> None:
        self.answer = answer
        self.sent: list[tuple[str, Mapping[str, str], bytes]] = []

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        self.sent.append((url, headers, body))
        return self.answer()
