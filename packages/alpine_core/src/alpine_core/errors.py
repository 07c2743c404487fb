"""Floor 0: what can go wrong, grouped by whose fault it is."""


class AlpineError(Exception):
    """Base of every error that alpine_core raises on purpose. The message is one line and says what to do."""


class SenderError(AlpineError):
    """The provider sent what a rule forbids. `code` is stable and machine-readable, the message is for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class OperatorError(AlpineError):
    """A setting is missing, unknown or contradicts another; the message names it."""


class OurError(AlpineError):
    """A rule of this library was broken by this library. Never caused by input."""
