"""Whom to believe (C2SP tlog-policy): pinned logs, known witnesses, and how many of them are enough."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from alpine_core.errors import NotProven, OperatorError
from alpine_core.verify.checkpoint import Checkpoint, read_checkpoint
from alpine_core.verify.cosignature import Cosignature, read_cosignature
from alpine_core.verify.merkle import leaf_hash, verify_inclusion
from alpine_core.verify.note import SignatureLine, SignedNote, read_note
from alpine_core.verify.note_key import COSIGNER_KEY, LOG_KEY, NoteKey
from alpine_core.verify.tlog_proof import read_tlog_proof

NO_QUORUM = "none"


class Group(msgspec.Struct, frozen=True):
    """At least `threshold` of `members`, which name witnesses and earlier groups."""

    name: str
    threshold: int
    members: tuple[str, ...]


class OpenedCheckpoint(msgspec.Struct, frozen=True):
    """A checkpoint that a pinned log signed. `cosignatures`: those by known witnesses, in the note's order."""

    origin: str
    size: int
    root: bytes
    note: SignedNote
    cosignatures: tuple[Cosignature, ...]


class OpenedProof(msgspec.Struct, frozen=True):
    """A leaf that is in the log, at `index`, by `checkpoint`."""

    index: int
    checkpoint: OpenedCheckpoint


class TrustPolicy:
    """`logs`: keys of type 1, named as their origin; `witnesses`: name within the policy → key of type 4.

    `groups` name only what stands before them; `quorum` is a witness, a group or `none`. Raises OperatorError.
    """

    def __init__(
        self,
        *,
        logs: Sequence[NoteKey],
        witnesses: Mapping[str, NoteKey],
        groups: Sequence[Group] = (),
        quorum: str = NO_QUORUM,
    ) -> None:
        _require_policy(logs, witnesses, groups, quorum)
        self.logs, self.witnesses = tuple(logs), dict(witnesses)
        self.groups, self.quorum = tuple(groups), quorum
        self._known = {(key.name, key.key_id): key for key in (*self.logs, *self.witnesses.values())}
        self._names = {key.vkey: name for name, key in self.witnesses.items()}

    @property
    def origins(self) -> tuple[str, ...]:
        """The pinned origins, in their order, each once."""
        return tuple(dict.fromkeys(key.name for key in self.logs))

    def open_checkpoint(self, note: str) -> OpenedCheckpoint:
        """The checkpoint of a note that a pinned log signed, and enough witnesses cosigned.

        A bad signature by any known key refuses the whole note; lines of unknown keys say nothing. Raises NotProven:
        those of `read_note` and `read_checkpoint`, `unknown_origin`, `bad_log_signature`, `bad_cosignature`,
        `quorum_not_met`.
        """
        opened = self.open_signed(note)
        if not self._is_met(opened.cosignatures):
            raise NotProven("quorum_not_met", "too few known witnesses cosigned: wait for them, or ask for the note")
        return opened

    def open_signed(self, note: str) -> OpenedCheckpoint:
        """As `open_checkpoint`, for one who does not wait for witnesses, being one: the quorum is not asked for."""
        read = read_note(note)
        checkpoint = read_checkpoint(read.text)
        if checkpoint.origin not in self.origins:
            raise NotProven("unknown_origin", f"the log {checkpoint.origin[:80]!a} is not pinned here")
        cosignatures = self._believed(read, checkpoint)
        return OpenedCheckpoint(checkpoint.origin, checkpoint.size, checkpoint.root, read, cosignatures)

    def open_proof(self, tlog_proof: str, entry: bytes) -> OpenedProof:
        """The place of `entry` in the log by a C2SP tlog-proof. Raises NotProven, also of `verify_inclusion`."""
        read = read_tlog_proof(tlog_proof)
        opened = self.open_checkpoint(read.checkpoint)
        verify_inclusion(read.index, opened.size, leaf_hash(entry), read.hashes, opened.root)
        return OpenedProof(read.index, opened)

    def _believed(self, note: SignedNote, checkpoint: Checkpoint) -> tuple[Cosignature, ...]:
        is_signed, found = False, []
        for line in note.signatures:
            key = self._known.get((line.name, line.key_id))
            if key is None:
                continue
            if key.kind == COSIGNER_KEY:
                found.append(read_cosignature(note.text, key, line))
            elif not key.holds(line.data, note.text.encode()):
                raise _unsigned(line)
            else:
                is_signed = is_signed or key.name == checkpoint.origin
        if not is_signed:
            raise NotProven("bad_log_signature", "the note has no signature of its log: send it as it was signed")
        return tuple(found)

    def _is_met(self, cosignatures: Collection[Cosignature]) -> bool:
        met = {NO_QUORUM} | {self._names[one.vkey] for one in cosignatures}
        for group in self.groups:
            if len(met.intersection(group.members)) >= group.threshold:
                met.add(group.name)
        return self.quorum in met


def _unsigned(line: SignatureLine) -> NotProven:
    return NotProven("bad_log_signature", f"the signature of {line.name[:80]!a} does not hold: the note was changed")


def _require_policy(
    logs: Sequence[NoteKey], witnesses: Mapping[str, NoteKey], groups: Sequence[Group], quorum: str
) -> None:
    if any(key.kind != LOG_KEY for key in logs) or any(key.kind != COSIGNER_KEY for key in witnesses.values()):
        raise OperatorError("logs have keys of type 1, witnesses of type 4: look at the vkeys")
    publics = ([key.public for key in logs], [key.public for key in witnesses.values()])
    if any(len(set(keys)) != len(keys) for keys in publics):
        raise OperatorError("one key is named twice: name every log and witness once")
    known, listed = set(witnesses), set[str]()
    for group in groups:
        members = set(group.members)
        if group.name in known or not members <= known or len(members) != len(group.members) or members & listed:
            raise OperatorError(f"group {group.name[:80]!a}: name each member once, after it is defined")
        if not 1 <= group.threshold <= len(members):
            raise OperatorError(f"group {group.name[:80]!a}: the threshold is 1 to the number of members")
        known.add(group.name)
        listed |= members
    if NO_QUORUM in known or quorum not in known | {NO_QUORUM}:
        raise OperatorError(f"quorum {quorum[:80]!a}: name a witness, a group, or none")
