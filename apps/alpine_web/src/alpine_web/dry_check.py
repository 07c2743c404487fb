"""Verification without storing: what a provider's first contact may be tried with."""

from __future__ import annotations

from dataclasses import dataclass

from alpine_core.ports import Clock
from alpine_core.verify.signal_rules import require_rules
from alpine_core.verify.signal_verifier import SignalVerifier
from alpine_core.wire.envelope import read_signal


@dataclass(frozen=True, slots=True)
class DryCheck:
    """The steps of the intake up to, and without, the store."""

    verifier: SignalVerifier
    clock: Clock

    def hash_of(self, body: bytes) -> str:
        """The hash that the body's signal has and claims. Raises SenderError, RuleBroken."""
        verified = self.verifier.verify(read_signal(body))
        require_rules(verified.fields, self.clock.now())
        return verified.verification_hash
