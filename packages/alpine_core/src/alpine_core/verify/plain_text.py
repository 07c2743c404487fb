"""Base64 and decimals as the C2SP formats write them: one spelling for each value."""

from __future__ import annotations

import base64
import binascii
import re

from alpine_core.errors import NotProven

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,15}")
_LARGEST = 2**53 - 1


def read_base64(text: str) -> bytes:
    """The bytes of standard base64 with padding (RFC 4648 section 4). Raises NotProven `bad_base64`.

    A second spelling of the same bytes (stray bits, missing padding, white space) is refused.
    """
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        found = b""
    if not text or write_base64(found) != text:
        raise NotProven("bad_base64", "a base64 text cannot be read: write standard base64 with padding")
    return found


def write_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def read_decimal(text: str) -> int:
    """A count without sign and leading zeros, at most 2^53 - 1, which every reader can hold exactly.

    Raises NotProven `bad_decimal`.
    """
    if _DECIMAL.fullmatch(text) is None or int(text) > _LARGEST:
        raise NotProven("bad_decimal", f"{text[:24]!a} is no count: write 0 or digits without leading zero")
    return int(text)


def read_hash(text: str) -> bytes:
    """The 32 bytes of a hash in base64. Raises NotProven `bad_base64`, `bad_hash_length`."""
    found = read_base64(text)
    if len(found) != 32:
        raise NotProven("bad_hash_length", "a hash has not 32 bytes: send SHA-256 hashes")
    return found
