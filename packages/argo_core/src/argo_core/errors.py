"""Floor 0: what can go wrong, grouped by whose fault it is.

`DataError` is theirs (a vendor's, a caller's, a file's), `ConfigError` the operator's, `SourceError` an unavailable
source's, `StoreError` the storage's, `InvariantError` ours. Every message is one line and says what to do.
"""

from __future__ import annotations


class ArgoError(Exception):
    """Base of every error that argo_core raises on purpose."""


class DataError(ArgoError):
    """Data from outside breaks a rule. `code` is stable and machine-readable, the message is for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ConfigError(ArgoError):
    """A setting is missing, unknown or contradicts another; the message names the key."""


class SourceError(ArgoError):
    """A source could not answer. `reason` is one of the `Absence` names, so that the absence can be recorded.

    `retry_after`: seconds that the vendor asks us to wait, None if it names none. `permanent`: asking again will not
    help until somebody changes something (a key, a plan); such an answer says nothing about the vendor's health.
    """

    def __init__(self, reason: str, message: str, *, retry_after: float | None = None, permanent: bool = False) -> None:
        super().__init__(message)
        self.reason = reason
        self.retry_after = retry_after
        self.permanent = permanent


class FeedExhausted(ArgoError):
    """A replay has reached the end of its recorded history."""


class StoreError(ArgoError):
    """Storage refused or failed. After a failed append the caller reloads; it does not guess what was written."""


class NoDatabase(StoreError):
    """There is no database at that place yet."""


class Unavailable(StoreError):
    """A receiver cannot be reached or asks to wait. `retry_after` is its own wish in seconds, None if it has none."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Disputed(Unavailable):
    """A receiver does not follow our log: nothing is delivered to it until an operator has looked. `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class InvariantError(ArgoError):
    """A rule of ours was broken by our own code."""
