"""The trust policy of a distributor, from what its operator pinned."""

from __future__ import annotations

from collections.abc import Sequence

from alpine_core.errors import NotProven, OperatorError
from alpine_core.verify.note_key import NoteKey, read_vkey
from alpine_core.verify.trust_policy import Group, TrustPolicy

_ENOUGH = "enough"


def pinned_policy(
    logs: Sequence[str], own: NoteKey, others: Sequence[str] = (), quorum: int | None = None
) -> TrustPolicy:
    """`logs` and `others` are vkeys; `quorum` counts witnesses, None: ours alone has to cosign.

    Raises OperatorError.
    """
    try:
        log_keys = [read_vkey(text) for text in logs]
        witnesses = {key.name: key for key in (own, *map(read_vkey, others))}
    except NotProven as error:
        raise OperatorError(f"a pinned key cannot be read: {error}") from None
    if len(witnesses) != 1 + len(others):
        raise OperatorError("two witnesses have one name: name each once")
    if quorum is None:
        return TrustPolicy(logs=log_keys, witnesses=witnesses, quorum=own.name)
    group = Group(_ENOUGH, quorum, tuple(witnesses))
    return TrustPolicy(logs=log_keys, witnesses=witnesses, groups=(group,), quorum=_ENOUGH)
