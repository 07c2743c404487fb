"""`jcs-1`: the one sequence of bytes that a signal is hashed as.

SHA-256 over RFC 8785 (JSON Canonicalization Scheme) of exactly nine fields, in a domain that is narrow enough for
every JSON tool to agree on: docs/spec/verification.md has the rules and their reasons. The formatter is our own and
small; the reference library `rfc8785` is its oracle in the tests.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import Final

from argo_core.errors import InvariantError
from argo_core.ledger.canonical_error import CanonicalError
from argo_core.ledger.es_number import es_number
from argo_core.ledger.field_rules import check_action, check_signal_id, check_strategy, check_symbol, check_timestamp
from argo_core.ledger.hashed_fields import require_hashed_fields
from argo_core.ledger.json_text import read_object

SCHEME: Final = "jcs-1"
MAX_SAFE_NUMBER: Final = 2**53 - 1


def canonical_bytes(fields: Mapping[str, object]) -> bytes:
    """The UTF-8 bytes that are hashed.

    `fields`: exactly the nine of `HASHED_FIELDS`. `action`, `signal_id`, `strategy`, `symbol`, `timestamp` are `str`;
    `confidence`, `entry_price`, `stop_price`, `target_price` are finite `float` or `int` within ±(2^53 - 1), never -0;
    only `stop_price` and `target_price` may be None. 175 and 175.0 give the same bytes. Types are compared exactly:
    bool, numpy scalars and Decimal are refused, convert them where they enter. Raises CanonicalError.
    Source: RFC 8785; the restrictions are docs/spec/verification.md.
    """
    require_hashed_fields(fields)
    action = check_action(fields["action"])
    signal_id = check_signal_id(fields["signal_id"])
    symbol = check_symbol(fields["symbol"])
    timestamp = check_timestamp(fields["timestamp"])
    strategy = check_strategy(fields["strategy"])
    if "\\" in strategy or '"' in strategy:
        # RFC 8785 section 3.2.2.2 escapes these two and control characters; the latter were refused above.
        strategy = strategy.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f'{{"action":"{action}"'
        f',"confidence":{_number("confidence", fields["confidence"])}'
        f',"entry_price":{_number("entry_price", fields["entry_price"])}'
        f',"signal_id":"{signal_id}"'
        f',"stop_price":{_number_or_null("stop_price", fields["stop_price"])}'
        f',"strategy":"{strategy}"'
        f',"symbol":"{symbol}"'
        f',"target_price":{_number_or_null("target_price", fields["target_price"])}'
        f',"timestamp":"{timestamp}"}}'
    ).encode()


def signal_hash(fields: Mapping[str, object]) -> str:
    """SHA-256 of `canonical_bytes(fields)`: 64 lower-case hex digits. Raises CanonicalError."""
    return hashlib.sha256(canonical_bytes(fields)).hexdigest()


def parse_canonical(wire: bytes) -> dict[str, object]:
    """The nine fields of a JSON text, in any layout and member order, checked by all rules of `canonical_bytes`.

    The text is read strictly: UTF-8 without a byte order mark, no name twice (an escaped spelling counts), one object
    and nothing after it, no NaN or Infinity. Numbers keep the type they were written in: `175` is int, `175.0` float.
    `canonical_bytes(parse_canonical(b)) == b` for every b that `canonical_bytes` returned. Raises CanonicalError.
    """
    fields = read_object(wire)
    canonical_bytes(fields)
    return fields


def canonical_bytes_checked(fields: Mapping[str, object]) -> bytes:
    """`canonical_bytes`, read back once before anything is committed under its hash.

    Raises CanonicalError for fields outside the domain, and InvariantError if our own bytes do not say what went in:
    a fault in the formatter then stops the signal instead of publishing a wrong hash.
    """
    wire = canonical_bytes(fields)
    require_same_fields(wire, fields)
    return wire


def require_same_fields(wire: bytes, fields: Mapping[str, object]) -> None:
    """Raises InvariantError unless `wire` reads back as exactly `fields`."""
    try:
        # Its rules need not be asked again: what equals `fields`, which passed them, passes them.
        read_back = read_object(wire)
    except CanonicalError as error:
        raise InvariantError(f"our own reader refuses our canonical bytes ({error.code}): do not seal") from error
    if read_back != dict(fields):
        raise InvariantError("our canonical bytes read back as other values: do not seal, report the signal's fields")


def _number_or_null(name: str, value: object) -> str:
    return "null" if value is None else _number(name, value)


def _number(name: str, value: object) -> str:
    # Exact types: True is an int, and numpy.float64 a float, that print themselves in other ways.
    if type(value) is float:
        if not -MAX_SAFE_NUMBER <= value <= MAX_SAFE_NUMBER:
            raise _outside(name, value)
        if value == 0.0 and math.copysign(1.0, value) < 0:
            raise CanonicalError("negative_zero", f"{name} is -0, which other languages write as 0: send 0")
        return es_number(value)
    if type(value) is int:
        if not -MAX_SAFE_NUMBER <= value <= MAX_SAFE_NUMBER:
            raise _outside(name, value)
        return str(value)
    if value is None:
        raise CanonicalError("null_not_allowed", f"{name} is null: only stop_price and target_price may be")
    raise CanonicalError("bad_type", f"{name} is a {type(value).__name__}: send a plain JSON number")


def _outside(name: str, value: float) -> CanonicalError:
    if type(value) is float and not math.isfinite(value):
        return CanonicalError("nan_or_inf", f"{name} is not finite: JSON has no NaN and no infinity")
    return CanonicalError("number_out_of_range", f"{name} is beyond 2^53 - 1: no double holds such a number exactly")
