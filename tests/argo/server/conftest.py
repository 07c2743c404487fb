"""A folder in which the real `argo` runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.argo.server.processes import ArgoFolder


@pytest.fixture(scope="session", name="cache")
def replay_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parsed recordings, kept for the session."""
    return tmp_path_factory.mktemp("replay-cache")


@pytest.fixture(name="argo")
def fresh_folder(tmp_path: Path, cache: Path) -> ArgoFolder:
    """A configuration and an upgraded, empty database."""
    return ArgoFolder(tmp_path, cache).upgraded()
