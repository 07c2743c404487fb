"""Floor 3: sending what waits in the outbox: decisions over ports, without input or output of their own."""

from alpine_core.mailing.courier import Courier
from alpine_core.mailing.patience import MailPatience

__all__ = ["Courier", "MailPatience"]
