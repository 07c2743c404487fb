"""What can go wrong between a client and a service. What does not verify is `alpine_core.errors.NotProven`."""

from __future__ import annotations

from alpine_core.errors import AlpineError


class ClientError(AlpineError):
    """Base of the three. The message is one line and says what to do."""


class Unreachable(ClientError):
    """No answer, or one that says: later. Trying again is safe. `after_seconds`: how long to wait at least."""

    def __init__(self, message: str, after_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.after_seconds = after_seconds


class NotAllowed(ClientError):
    """The service refuses: not signed in, not in this tier, or asked wrongly. Trying again changes nothing.

    `status` as in HTTP, `code` the service's own word, None without one.
    """

    def __init__(self, status: int, code: str | None, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class BadAnswer(ClientError):
    """The answer is not what this client reads: of another version, or not of such a service."""
