"""The client for programs without an event loop: the same in blocking calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from types import TracebackType
from typing import Any, Literal

import httpx

from alpine_core.client.asking import (
    LIST,
    PASSED_OVER,
    SIGN_IN,
    SILENCE,
    STREAM,
    TIMEOUT,
    base_of,
    event_of,
    headers_of,
    object_of,
    page_of,
    require_answered,
    signal_path,
    stream_headers,
    unreachable,
)
from alpine_core.client.backoff import Backoff
from alpine_core.client.checking import NEEDS_WITNESSES, bundle_of, checked, name_of, refused
from alpine_core.client.errors import Unreachable
from alpine_core.client.event_stream import EventLines, SentEvent
from alpine_core.client.position import KeptPosition, MemoryPosition
from alpine_core.client.signal import Event, Refused, Signal
from alpine_core.errors import NotProven
from alpine_core.verify.trust_policy import TrustPolicy


class Client:
    """`policy` says whom to believe: take the keys from somewhere else than the service. Close it, or use `with`.

    `sleep` waits so many seconds. Every method raises Unreachable, NotAllowed, BadAnswer; NotProven where a signal
    does not verify.
    """

    def __init__(
        self,
        url: str,
        policy: TrustPolicy,
        *,
        api_key: str | None = None,
        backoff: Backoff | None = None,
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._policy, self._backoff, self._sleep = policy, backoff or Backoff(), sleep
        self._http = httpx.Client(
            base_url=base_of(url), headers=headers_of(api_key), timeout=TIMEOUT, transport=transport, trust_env=False
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def sign_in(self, email: str, password: str) -> None:
        """Begin a session, for those without an API key."""
        self._asked("POST", SIGN_IN, json={"email": email, "password": password})

    def signal(self, signal_id: str) -> Signal:
        """One signal; NotAllowed with status 404 if there is none that the account's tier sees."""
        found = self._checked(object_of(self._asked("GET", signal_path(signal_id))))
        if found.signal_id != signal_id:
            raise NotProven("bad_bundle", "the service sent another signal than was asked for")
        return found

    def signals(self, **filters: str | int | float) -> Iterator[Signal]:
        """Newest first, page by page, by the filters of `GET /api/v1/signals/subscribed`."""
        asked = dict(filters)
        while True:
            items, following = page_of(self._asked("GET", LIST, params=asked))
            for claimed in items:
                yield self._checked(claimed)
            if following is None:
                return
            asked["before"] = following

    def follow(
        self, position: KeptPosition | None = None, *, on_refused: Literal["raise", "yield"] = "raise"
    ) -> Generator[Event, None, None]:
        """Events for ever, from `position` on, without gap or doubling; it comes back by itself after interruptions.

        A seal is passed over: its signal is an event of its own, later. A position is saved when the next event is
        asked for: who stops in the middle gets that event again. Of what
        does not verify NotProven is raised, and the position stays before it; or it is given as `Event.refused`.
        """
        kept, failures = position or MemoryPosition(), 0
        while True:
            wait = 0.0
            try:
                with closing(self._streamed(kept.load())) as stream:
                    for sent in stream:
                        failures = 0
                        if sent.data and sent.name not in PASSED_OVER:
                            yield self._event(sent, on_refused)
                        kept.save(sent.event_id)
            except Unreachable as error:
                wait = error.after_seconds
            failures += 1
            self._sleep(max(wait, self._backoff.seconds(failures)))

    def _streamed(self, last_id: str | None) -> Generator[SentEvent, None, None]:
        lines = EventLines(last_id)
        headers = stream_headers(last_id)
        try:
            with self._http.stream("GET", STREAM, headers=headers, timeout=SILENCE) as answer:
                if answer.status_code != httpx.codes.OK:
                    answer.read()
                require_answered(answer, "text/event-stream")
                for line in answer.iter_lines():
                    sent = lines.take(line)
                    if sent is not None:
                        yield sent
        except httpx.TransportError as error:
            raise unreachable(error) from error

    def _event(self, sent: SentEvent, on_refused: str) -> Event:
        kind, claimed = event_of(sent)
        found = self._checked_or_refused(claimed, on_refused)
        if isinstance(found, Refused):
            return Event(event_id=sent.event_id, kind=kind, signal=None, refused=found)
        return Event(event_id=sent.event_id, kind=kind, signal=found)

    def _checked_or_refused(self, claimed: Mapping[str, Any], on_refused: str) -> Signal | Refused:
        try:
            return self._checked(claimed)
        except NotProven as error:
            if on_refused == "raise":
                raise
            return refused(claimed, error)

    def _checked(self, claimed: Mapping[str, Any]) -> Signal:
        name = name_of(claimed)
        try:
            return checked(claimed, bundle_of(claimed), self._policy)
        except NotProven as error:
            if error.code != NEEDS_WITNESSES:
                raise
        # Cosignatures come after the signal: the evidence has those that are known by now.
        evidence = object_of(self._asked("GET", signal_path(name, "/evidence")))
        return checked(claimed, evidence, self._policy)

    def _asked(self, method: str, path: str, **what: Any) -> bytes:
        try:
            answer = self._http.request(method, path, **what)
        except httpx.TransportError as error:
            raise unreachable(error) from error
        require_answered(answer, "application/json")
        return answer.content
