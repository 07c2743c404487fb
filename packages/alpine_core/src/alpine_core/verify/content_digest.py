"""The header Content-Digest of RFC 9530, for the one algorithm that the interface names."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

_SHA_256 = re.compile(r"(?:^|,)[ \t]*sha-256=:([A-Za-z0-9+/]{43}=):[ \t]*(?=,|$)")


def content_digest_matches(header: str, body: bytes) -> bool:
    """Whether the header holds the SHA-256 of exactly these bytes (RFC 9530 section 2; RFC 8941 byte sequence).

    A header without `sha-256`, with two of it, or that cannot be read, does not match.
    """
    found = _SHA_256.findall(header.strip())
    if len(found) != 1:
        return False
    try:
        claimed = base64.b64decode(found[0], validate=True)
    except binascii.Error:
        return False
    return hmac.compare_digest(claimed, hashlib.sha256(body).digest())
