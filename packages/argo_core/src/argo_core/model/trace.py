"""Where a piece of work stands in a trace, and the header that carries that from process to process."""

from __future__ import annotations

import re

import msgspec

TRACEPARENT = "traceparent"
"""The header's name. Source: W3C Trace Context, section 3.2."""

_TEXT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_OURS, _NO_VERSION = "00", "ff"
_SAMPLED = 0x01


class TraceContext(msgspec.Struct, frozen=True):
    """`trace_id`: 32 and `span_id`: 16 lower-case hex digits, neither all zero. `sampled`: whether it is recorded."""

    trace_id: str
    span_id: str
    sampled: bool


class SpanCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Ended spans since the process started: taken by the collector, and given up."""

    exported: int = 0
    dropped: int = 0


def traceparent_of(context: TraceContext) -> str:
    """The header's value, version 00."""
    return f"{_OURS}-{context.trace_id}-{context.span_id}-{int(context.sampled):02x}"


def read_traceparent(text: str | None) -> TraceContext | None:
    """What a header says; None without one, and for one that is none: who cannot read it begins a trace of their own.

    W3C Trace Context, section 3.2.2: version ff and identifiers of zeros are invalid; a later version is read as far
    as version 00 goes (section 3.2.4), while version 00 has nothing behind its flags.
    """
    found = None if text is None else _TEXT.fullmatch(text)
    if found is None:
        return None
    version, trace_id, span_id, flags, more = found.groups()
    if version == _NO_VERSION or (version == _OURS and more) or not (trace_id.strip("0") and span_id.strip("0")):
        return None
    return TraceContext(trace_id, span_id, bool(int(flags, 16) & _SAMPLED))
