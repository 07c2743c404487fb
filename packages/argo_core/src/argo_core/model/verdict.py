"""A rule's answer: allowed, or denied with what was measured and the limit. A denial is a result, not an exception."""

from __future__ import annotations

import msgspec


class Allowed(msgspec.Struct, frozen=True, kw_only=True, tag="allow", gc=False):
    """The rule was checked and does not stand in the way."""

    layer: str
    measured: float | None = None
    limit: float | None = None


class Denied(msgspec.Struct, frozen=True, kw_only=True, tag="deny", gc=False):
    """`code` is stable; `measured` and `limit` are in the unit of the rule."""

    layer: str
    code: str
    measured: float | None
    limit: float | None


Verdict = Allowed | Denied
