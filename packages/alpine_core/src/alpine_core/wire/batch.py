"""A body of several signals, cut into the bytes of each."""

from __future__ import annotations

import re

import msgspec

from alpine_core.errors import SenderError
from alpine_core.wire.limits import BATCH_BYTES, require_count, require_size

_OPENING = re.compile(rb'[ \t\n\r]*\{[ \t\n\r]*"signals"[ \t\n\r]*:[ \t\n\r]*\[[ \t\n\r]*')
_BETWEEN = re.compile(rb"[ \t\n\r]*,[ \t\n\r]*")
_CLOSING = re.compile(rb"[ \t\n\r]*\][ \t\n\r]*\}[ \t\n\r]*")


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    signals: list[msgspec.Raw]


_DECODER = msgspec.json.Decoder(_Batch)


def read_signals(body: bytes) -> tuple[bytes, ...]:
    """The bytes of each signal of `{"signals": […]}`, as received and not yet read.

    Raises TooLarge, and SenderError `bad_utf8`, `bad_json`, `unknown_field`, `duplicate_key`, `too_many`.
    """
    require_size(body, BATCH_BYTES)
    try:
        items = tuple(bytes(raw) for raw in _DECODER.decode(body).signals)
    except msgspec.ValidationError as error:
        code = "unknown_field" if "unknown field" in str(error) else "bad_json"
        raise SenderError(code, 'send {"signals": [...]} and nothing else') from None
    except UnicodeDecodeError:
        raise SenderError("bad_utf8", "the body is not UTF-8: encode the JSON text as UTF-8") from None
    except (msgspec.DecodeError, RecursionError):
        raise SenderError("bad_json", 'the body is not JSON: send {"signals": [...]}') from None
    require_count("signals", len(items))
    _require_nothing_else(body, items)
    return items


def _require_nothing_else(body: bytes, items: tuple[bytes, ...]) -> None:
    # The decoder keeps the last of two members of one name in silence: what it gave must be all that there is.
    refusal = SenderError("duplicate_key", 'send {"signals": [...]} with that one member, once')
    opening = _OPENING.match(body)
    if opening is None:
        raise refusal
    at = opening.end()
    for number, item in enumerate(items):
        if number:
            comma = _BETWEEN.match(body, at)
            if comma is None:
                raise refusal
            at = comma.end()
        if not body.startswith(item, at):
            raise refusal
        at += len(item)
    if _CLOSING.fullmatch(body, at) is None:
        raise refusal
