"""Floor 3: who may see which part of a signal, and from when on. The only place that makes views of signals."""

from alpine_core.tiers.entitlements import Entitlements, Seen, open_views
from alpine_core.tiers.sealed_view import SealedView
from alpine_core.tiers.signal_view import SignalView
from alpine_core.tiers.terms_book import TermsBook

__all__ = ["Entitlements", "SealedView", "Seen", "SignalView", "TermsBook", "open_views"]
