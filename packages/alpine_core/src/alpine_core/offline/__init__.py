"""`alpine-verify`: verifies records, single signals and feeds without trusting provider or distributor.

Needs the standard library, cryptography and msgspec, and nothing of this project but alpine_core.
"""

from alpine_core.offline.command import main

__all__ = ["main"]
