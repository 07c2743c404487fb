"""Where a request came from, as far as it matters to accounts."""

from __future__ import annotations

import msgspec

from alpine_core.model.security_event import LONGEST_DETAIL

LONGEST_ADDRESS = 64


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """`address` is the client's, `agent` its own name for itself; both empty where nobody is known, as in a job."""

    address: str = ""
    agent: str = ""


def visitor_of(address: str, agent: str) -> Visitor:
    """Cut to what is kept, without characters that do not print."""
    return Visitor(address=_plain(address, LONGEST_ADDRESS), agent=_plain(agent, LONGEST_DETAIL))


def _plain(text: str, longest: int) -> str:
    return "".join(one if one.isprintable() else "?" for one in text[:longest])
