"""Keys and policies of the shared vectors."""

from __future__ import annotations

from collections.abc import Sequence

from alpine_core.verify.note_key import read_vkey
from alpine_core.verify.trust_policy import NO_QUORUM, Group, TrustPolicy
from tests.alpine.core.vectors import vectors

KEYS = {key["id"]: key for key in vectors("notes")["keys"]}


def policy(logs: Sequence[str], witnesses: Sequence[str], quorum: int) -> TrustPolicy:
    """Of these vkeys, with so many cosignatures asked for."""
    named = {f"w{number}": read_vkey(one) for number, one in enumerate(witnesses)}
    groups = (Group("enough", quorum, tuple(named)),) if 0 < quorum <= len(named) else ()
    return TrustPolicy(
        logs=[read_vkey(one) for one in logs],
        witnesses=named,
        groups=groups,
        quorum=groups[0].name if groups else NO_QUORUM,
    )


def trusted(ids: Sequence[str], quorum: int) -> TrustPolicy:
    """The policy that trusts the test keys of these ids."""
    vkeys = [KEYS[one] for one in ids]
    logs = [key["vkey"] for key in vkeys if key["alg"] == 1]
    return policy(logs, [key["vkey"] for key in vkeys if key["alg"] == 4], quorum)
