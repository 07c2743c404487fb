"""A trust policy as text, in the file format of C2SP tlog-policy."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from alpine_core.errors import NotProven, OperatorError
from alpine_core.verify.note_key import NoteKey, read_vkey
from alpine_core.verify.plain_text import read_decimal
from alpine_core.verify.trust_policy import Group, TrustPolicy

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def write_policy(policy: TrustPolicy) -> str:
    """Lines `log`, `witness`, `group`, `quorum`, as `read_policy` reads them."""
    lines = [f"log {key.vkey}" for key in policy.logs]
    lines += [f"witness {name} {key.vkey}" for name, key in policy.witnesses.items()]
    lines += [f"group {one.name} {one.threshold} {' '.join(one.members)}" for one in policy.groups]
    return "".join(line + "\n" for line in (*lines, f"quorum {policy.quorum}"))


def read_policy(text: str) -> TrustPolicy:
    """The policy of a file; addresses in it are left aside. Raises OperatorError, which names the line."""
    draft = _Draft()
    for number, line in enumerate(text.split("\n"), 1):
        words = [word for word in re.split("[ \t]+", line) if word]
        if _CONTROLS.search(line):
            raise OperatorError(f"policy line {number}: it holds a control character")
        if not words or words[0].startswith("#"):
            continue
        try:
            _take(draft, words)
        except (NotProven, ValueError) as error:
            raise OperatorError(f"policy line {number}: {error}") from None
    if draft.quorum is None:
        raise OperatorError("the policy has no quorum line: write quorum none, or name who must cosign")
    return TrustPolicy(logs=draft.logs, witnesses=draft.witnesses, groups=draft.groups, quorum=draft.quorum)


class _Draft(msgspec.Struct):
    logs: list[NoteKey] = []
    witnesses: dict[str, NoteKey] = {}
    groups: list[Group] = []
    quorum: str | None = None


def _take(draft: _Draft, words: list[str]) -> None:
    kinds: dict[str, tuple[Callable[[_Draft, list[str]], None], range]] = {
        "log": (_log, range(2, 4)),
        "witness": (_witness, range(3, 5)),
        "group": (_group, range(4, 68)),
        "quorum": (_quorum, range(2, 3)),
    }
    if words[0] not in kinds:
        raise ValueError("begin it with log, witness, group or quorum")
    take, lengths = kinds[words[0]]
    if len(words) not in lengths:
        raise ValueError(f"{words[0]} has too few or too many words")
    take(draft, words)


def _log(draft: _Draft, words: list[str]) -> None:
    draft.logs.append(read_vkey(words[1]))


def _witness(draft: _Draft, words: list[str]) -> None:
    _require_new(draft, words[1])
    draft.witnesses[words[1]] = read_vkey(words[2])


def _group(draft: _Draft, words: list[str]) -> None:
    name, rule, members = words[1], words[2], tuple(words[3:])
    _require_new(draft, name)
    known = {*draft.witnesses, *(one.name for one in draft.groups)}
    if not set(members) <= known:
        raise ValueError("a member is not defined on an earlier line")
    named = {"all": len(members), "any": 1}
    draft.groups.append(Group(name, named[rule] if rule in named else read_decimal(rule), members))


def _quorum(draft: _Draft, words: list[str]) -> None:
    if draft.quorum is not None:
        raise ValueError("the quorum is named once")
    if words[1] not in {"none", *draft.witnesses, *(one.name for one in draft.groups)}:
        raise ValueError("the quorum is not defined on an earlier line")
    draft.quorum = words[1]


def _require_new(draft: _Draft, name: str) -> None:
    if name in draft.witnesses or any(one.name == name for one in draft.groups):
        raise ValueError(f"{name[:80]!a} is defined twice")
