"""Floor 3: what a provider claims, recomputed: hashes, digests, signatures of requests. Without input or output."""

from alpine_core.verify.audit import Finding, audit
from alpine_core.verify.canonical import canonical_bytes, signal_hash
from alpine_core.verify.content_digest import content_digest_matches
from alpine_core.verify.legacy import legacy_hash, legacy_preimage
from alpine_core.verify.signal_rules import require_rules
from alpine_core.verify.signal_verifier import JCS_1, LEGACY_JSON_0, SignalVerifier
from alpine_core.verify.webhook import WebhookVerifier

__all__ = [
    "JCS_1",
    "LEGACY_JSON_0",
    "Finding",
    "SignalVerifier",
    "WebhookVerifier",
    "audit",
    "canonical_bytes",
    "content_digest_matches",
    "legacy_hash",
    "legacy_preimage",
    "require_rules",
    "signal_hash",
]
