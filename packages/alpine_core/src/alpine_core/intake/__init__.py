"""Floor 4: a received body on its way to a stored signal: read, verify, store, announce."""

from alpine_core.intake.intake import Intake

__all__ = ["Intake"]
