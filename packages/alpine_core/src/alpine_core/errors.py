"""Floor 0: what can go wrong, grouped by whose fault it is."""


class AlpineError(Exception):
    """Base of every error that alpine_core raises on purpose. The message is one line and says what to do."""


class SenderError(AlpineError):
    """The provider sent what a rule forbids. `code` is stable and machine-readable, the message is for a person.

    Of this exact class: the body cannot be read, or its hash does not hold.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RuleBroken(SenderError):
    """The body can be read and its hash holds, and a named rule refuses what it says."""


class NotProven(SenderError):
    """A note, a proof or a seal does not hold. `code` names the check that refused, and only that check."""


class OldSize(NotProven):
    """The proof does not begin where the witness stands. `size` is what it has seen, `mirrored` what it holds."""

    def __init__(self, size: int, mirrored: int) -> None:
        super().__init__("old_size", f"the witness stands at {size}, the mirror at {mirrored}: prove from there")
        self.size = size
        self.mirrored = mirrored


class SplitView(NotProven):
    """The log does not continue `kept` by `offered`, both signed notes.

    `proven`: the two alone show it, one size and two roots. Without that a proof failed, which anybody can spoil.
    """

    def __init__(self, origin: str, kept: str, offered: str, *, proven: bool) -> None:
        super().__init__("split_view", f"the log {origin[:80]!a} shows two histories: an operator has to look at it")
        self.origin = origin
        self.kept = kept
        self.offered = offered
        self.proven = proven


class Halted(NotProven):
    """The log showed two histories before: nothing of it is taken until an operator decides."""

    def __init__(self, origin: str) -> None:
        super().__init__("split_view", f"publication of {origin[:80]!a} stands still: run alpine ledger repin")


class TooLarge(SenderError):
    """The body is larger than its kind may be. `code` is `too_large`."""


class ReaderError(AlpineError):
    """A reader asked for what cannot be: a position or a filter out of range. The message says how to ask."""


class NotThere(ReaderError):
    """A reader asked for what is not there, or not yet. The message says where to look."""


class AccountRefused(AlpineError):
    """Somebody asked something of an account that a rule refuses. `code` is stable and machine-readable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ProofMissing(AccountRefused):
    """The password or the code does not hold: the act needs it."""


class TooManyAttempts(AccountRefused):
    """Attempts have to wait. `retry_after_seconds` is at least 1."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__("wait", f"too many attempts: try again in {retry_after_seconds} s")
        self.retry_after_seconds = retry_after_seconds


class NotEntitled(ReaderError):
    """A reader asked for what their tier or role does not include. The message says what does."""


class OperatorError(AlpineError):
    """A setting is missing, unknown or contradicts another; the message names it."""


class StoreError(AlpineError):
    """The store could not be reached, or refused; nothing was acknowledged. Trying again is safe."""


class DeliveryError(AlpineError):
    """What should go out was not taken. `retry`: whether the same may be taken later. `retry_after`: seconds that the
    other side asks us to wait, None if it names none."""

    def __init__(self, message: str, *, retry: bool, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry = retry
        self.retry_after = retry_after


class PaymentAway(AlpineError):
    """The payment house could not be asked, or refused; nothing was changed here. Trying again is safe."""


class WitnessMoved(AlpineError):
    """The witness's state is not what was decided upon: read it and decide again. Nothing was stored."""


class OurError(AlpineError):
    """A rule of this library was broken by this library. Never caused by input."""
