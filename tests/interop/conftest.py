"""A live system in a folder of its own; nothing of it is left running."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.system import LiveSystem


@pytest.fixture(scope="session", name="replay_cache")
def parsed_recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parsed recordings, kept for the session."""
    return tmp_path_factory.mktemp("interop-cache")


@pytest.fixture(name="live")
def live_system(tmp_path: Path, replay_cache: Path) -> Iterator[LiveSystem]:
    system = LiveSystem(tmp_path, replay_cache)
    try:
        yield system
    finally:
        system.close()
