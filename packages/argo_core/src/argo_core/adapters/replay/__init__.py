"""Recorded market history, replayed: real bars that ship inside two packages (extra: demo-data)."""

from argo_core.adapters.replay.feed import ReplayFeed
from argo_core.adapters.replay.library import REPLAY_SYMBOLS, ReplayLibrary, recording_digest
from argo_core.adapters.replay.unrecorded import UnrecordedSource

__all__ = ["REPLAY_SYMBOLS", "ReplayFeed", "ReplayLibrary", "UnrecordedSource", "recording_digest"]
