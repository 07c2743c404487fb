"""The six vendors in a process of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.argo.peers.program import Peers, running_peers


@pytest.fixture(scope="module")
def peers() -> Iterator[Peers]:
    with running_peers("--delay-ms", "0", "--history-days", "40", "--symbols", "AAPL,BRK.B,BTC-USD") as running:
        yield running
