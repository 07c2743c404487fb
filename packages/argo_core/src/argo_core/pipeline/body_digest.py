"""Did a body arrive as it was sent?"""

from __future__ import annotations

import base64
import hashlib
import hmac

from argo_core.errors import DataError

_PREFIX = "sha-256=:"


def require_digest(header: str | None, body: bytes) -> None:
    """Compare a Content-Digest header (RFC 9530 section 2) with the body; without a header there is nothing to compare.

    Raises DataError `digest_mismatch`, also for a header without a SHA-256 member. Other algorithms are left alone:
    the section lets a receiver ignore those that it does not know.
    """
    if header is None:
        return
    members = [member.strip() for member in header.split(",")]
    expected = f"{_PREFIX}{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    if not any(hmac.compare_digest(member.encode(), expected.encode()) for member in members):
        raise DataError("digest_mismatch", "the body is not the one that was sent: send it again")
