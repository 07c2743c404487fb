"""What a witness does with a checkpoint, decided on what it has seen. Nothing is signed or stored here."""

from __future__ import annotations

from collections.abc import Sequence

from alpine_core.errors import NotProven, OldSize, SplitView
from alpine_core.model.witness import Advance, WitnessState
from alpine_core.verify.merkle import EMPTY_ROOT, verify_consistency
from alpine_core.verify.trust_policy import OpenedCheckpoint


def advance(state: WitnessState | None, offered: OpenedCheckpoint, old_size: int, proof: Sequence[bytes]) -> Advance:
    """The step from `state` to `offered`, or to the same size once more.

    In the order of c2sp.org/tlog-witness: an `old_size` beyond the checkpoint is NotProven `old_larger`; one that is
    not the witnessed size is OldSize; a proof that does not lead from the witnessed tree to the offered one, or two
    roots for one size, is SplitView.
    """
    size, root, note = (0, EMPTY_ROOT, "") if state is None else (state.size, state.root, state.note)
    if old_size > offered.size:
        raise NotProven("old_larger", f"old {old_size} is beyond the checkpoint's {offered.size}: send a newer one")
    if old_size != size:
        raise OldSize(size, 0 if state is None else state.mirrored)
    try:
        verify_consistency(size, offered.size, root, offered.root, proof)
    except NotProven as error:
        raise SplitView(offered.origin, note, offered.note.note, proven=error.code == "split_view") from error
    return step_to(state, offered)


def prove_older(state: WitnessState, offered: OpenedCheckpoint, old_size: int, proof: Sequence[bytes]) -> None:
    """That a smaller checkpoint, unknown so far, is of the witnessed history: the log's signature alone shows nothing.

    Here `proof` leads from the offered tree up to the witnessed one, whose size `old_size` is. Raises OldSize where it
    is another, SplitView where the proof does not lead there.
    """
    if old_size != state.size:
        raise OldSize(state.size, state.mirrored)
    try:
        verify_consistency(offered.size, state.size, offered.root, state.root, proof)
    except NotProven as error:
        raise SplitView(offered.origin, state.note, offered.note.note, proven=False) from error


def is_witnessed(state: WitnessState | None, offered: OpenedCheckpoint) -> bool:
    """Whether the offered checkpoint is the witnessed one. Raises SplitView for another root at its size."""
    if state is None or state.size != offered.size:
        return False
    if state.root != offered.root:
        raise SplitView(offered.origin, state.note, offered.note.note, proven=True)
    return True


def step_to(state: WitnessState | None, offered: OpenedCheckpoint) -> Advance:
    """The step itself, for whoever has proved it: upon the state as it was."""
    return Advance(
        origin=offered.origin,
        expected=None if state is None else state.size,
        size=offered.size,
        root=offered.root,
        note=offered.note.note,
        cosignatures=offered.cosignatures,
    )
