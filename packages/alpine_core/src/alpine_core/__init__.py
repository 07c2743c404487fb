"""Distribution of verified trading signals, and the subscriber's own verification.

This version holds the floors and no features yet. Each sub-package says what it is for; imports go only downwards:
errors → model → (ports | wire) → (verify | tiers | fanout | accounts | track_record) → (intake | feed) → adapters →
testing. Nothing here knows how a signal is made: the provider is external, and only its published formats are shared.
"""

__version__ = "0.1.0"
