"""The vendors' own clients take the peers for their vendors: no word here is Argo's."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.argo.peers.program import ROOT, Peers

SDKS = {"alpaca": "alpaca", "massive": "massive", "yahoo": "yfinance", "xai": "openai", "perplexity": "perplexity"}
PACKAGES = {"alpaca": "alpaca-py", "perplexity": "perplexityai"}


def answered(vendor: str, peers: Peers, folder: Path) -> Any:
    """What the vendor's client makes of the peer."""
    if importlib.util.find_spec(SDKS[vendor]) is None:
        missing = f"the vendor's own client is missing: pip install {PACKAGES.get(vendor, SDKS[vendor])}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    command = [sys.executable, "-m", "tests.argo.peers.sdk_clients", vendor, peers.urls[vendor]]
    environment = {**os.environ, "HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("vendor", ["massive", "yahoo"])
def test_every_vendors_client_reads_the_same_market(vendor: str, peers: Peers, tmp_path: Path) -> None:
    ours, theirs = (answered(name, peers, tmp_path) for name in ("alpaca", vendor))
    assert [len(closes) for closes in ours["closes"]] == [192, 192]
    # A quarter of an hour may end between the two readings: all but the edges must agree.
    for one, other in zip(ours["closes"], theirs["closes"], strict=True):
        assert set(map(_to_cents, one[2:-2])) <= set(map(_to_cents, other))
    assert theirs["price"] == pytest.approx(ours["price"], rel=0.01)


@pytest.mark.parametrize("vendor", ["xai", "perplexity"])
def test_a_client_of_the_responses_interface_reads_the_vote(vendor: str, peers: Peers, tmp_path: Path) -> None:
    answer = answered(vendor, peers, tmp_path)
    assert answer["status"] == "completed"
    assert sorted(answer["vote"]) == ["citations", "confidence", "direction", "rationale"]


def _to_cents(price: float) -> float:
    """yfinance rounds as the currency's hint says."""
    return round(price, 2)
