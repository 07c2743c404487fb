"""Distribution of verified trading signals, and the subscriber's own verification.

Imports go only downwards: errors → model → (ports | wire) → (verify | tiers | fanout | accounts | mailing |
track_record) → simulator → (intake | feed) → adapters → client → testing. Nothing here knows how a signal is made: the
provider is external, and only its published formats are shared.
"""

from alpine_core.feed import FeedItem, FeedPage, SignalFeed
from alpine_core.model.signal import StoredSignal, VerifiedSignal
from alpine_core.model.tier import DEFAULT_TERMS, Tier, TierTerms
from alpine_core.tiers import Entitlements, SealedView, SignalView
from alpine_core.verify import SignalVerifier

__version__ = "0.1.0"

__all__ = [
    "DEFAULT_TERMS",
    "Entitlements",
    "FeedItem",
    "FeedPage",
    "SealedView",
    "SignalFeed",
    "SignalVerifier",
    "SignalView",
    "StoredSignal",
    "Tier",
    "TierTerms",
    "VerifiedSignal",
]
