"""Floor 3: who may see which part of a signal, and from when on. The only place that makes a `SignalView`."""

from alpine_core.tiers.entitlements import Entitlements
from alpine_core.tiers.signal_view import SignalView

__all__ = ["Entitlements", "SignalView"]
