"""`argo serve` against the six vendors in a process of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.argo.peers.program import RISING, Peers, running_peers
from tests.argo.server.processes import ArgoFolder
from tests.argo.six_sources.rig import EVERYTHING_IS_A_SIGNAL, KEY_VARIABLES

COINS = ("BTC-USD", "ETH-USD")
"""They are traded, and may be asked about, at any time a test runs."""


@pytest.fixture
def peers() -> Iterator[Peers]:
    """Of its own: a test makes them fail."""
    with running_peers("--symbols", ",".join(COINS), "--delay-ms", "120", "--history-days", "60", *RISING) as running:
        yield running


@pytest.fixture
def live(tmp_path: Path, peers: Peers) -> ArgoFolder:
    """A configuration with the vendors' addresses and keys, and an empty database. Every cycle evaluates all."""
    folder = ArgoFolder(tmp_path, tmp_path / "cache", symbols=list(COINS), price_change_threshold=0.0)
    document = json.loads(folder.config.read_text())
    generation = {**document["signal_generation"], **EVERYTHING_IS_A_SIGNAL["signal_generation"]}
    folder.config.write_text(
        json.dumps({**document, "signal_generation": generation, "market": {"history_days": 40, "streams": True}})
    )
    folder = folder.with_environment(**KEY_VARIABLES, **peers.environment())
    folder.upgraded()
    return folder
