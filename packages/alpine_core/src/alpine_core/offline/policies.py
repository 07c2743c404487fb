"""Whom to trust: keys from the command line, a policy file, or what the file itself says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alpine_core.errors import NotProven, OperatorError
from alpine_core.offline.verdict import OWN_WORD
from alpine_core.verify.note_key import COSIGNER_KEY, read_vkey
from alpine_core.verify.policy_text import read_policy
from alpine_core.verify.trust_policy import Group, TrustPolicy


def chosen_policy(file: Path | None, vkeys: Sequence[str], own: str) -> tuple[TrustPolicy, tuple[str, ...]]:
    """The policy, and what to say about it. `own`: the text that came with what is to be verified.

    Raises OperatorError for a policy that cannot be read, and for both: neither is to be silently left out.
    """
    if file is not None and vkeys:
        raise OperatorError("--policy and --vkey: give one of them; a policy file names keys too")
    if file is not None:
        return read_policy(_text_of(file)), ()
    if vkeys:
        return _policy_of(vkeys), ()
    if not own:
        raise OperatorError("no keys are known: give --policy FILE or --vkey KEY")
    return read_policy(own), (OWN_WORD,)


def _policy_of(vkeys: Sequence[str]) -> TrustPolicy:
    """All named witnesses must have signed."""
    try:
        keys = [read_vkey(vkey) for vkey in vkeys]
    except NotProven as error:
        raise OperatorError(f"--vkey: {error}") from None
    witnesses = {f"witness{number}": key for number, key in enumerate(keys) if key.kind == COSIGNER_KEY}
    logs = [key for key in keys if key.kind != COSIGNER_KEY]
    if not logs:
        raise OperatorError("--vkey: name the key of the log too")
    groups = (Group("all-named", len(witnesses), tuple(witnesses)),) if witnesses else ()
    return TrustPolicy(logs=logs, witnesses=witnesses, groups=groups, quorum="all-named" if witnesses else "none")


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{file}: the policy cannot be read: {error}") from None
