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


class TooLarge(SenderError):
    """The body is larger than its kind may be. `code` is `too_large`."""


class ReaderError(AlpineError):
    """A reader asked for what cannot be: a position or a filter out of range. The message says how to ask."""


class OperatorError(AlpineError):
    """A setting is missing, unknown or contradicts another; the message names it."""


class StoreError(AlpineError):
    """The store could not be reached, or refused; nothing was acknowledged. Trying again is safe."""


class OurError(AlpineError):
    """A rule of this library was broken by this library. Never caused by input."""
