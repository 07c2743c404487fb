"""Follow a service's signals and believe nothing that does not verify.

    pip install "alpine-core[client]"
    python -m examples.follow_signals https://alpine.example policy.txt    # ALPINE_API_KEY in the environment

`policy.txt` names the log's key and its witnesses, as `GET /api/v1/ledger/policy` writes them. Take it once, compare it
with what the provider publishes elsewhere, and keep it. Where you stand is kept in `follow_signals.position`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from alpine_core import client

POSITION = Path("follow_signals.position")


def lines(follower: client.Client, position: client.KeptPosition) -> Iterator[str]:
    """One line for each event, for ever."""
    for event in follower.follow(position, on_refused="yield"):
        if event.signal is None:
            assert event.refused is not None
            yield f"REFUSED {event.refused.signal_id}: {event.refused.code}: {event.refused.message}"
        elif event.signal.outcome is not None and event.kind == "outcome":
            yield f"ended {event.signal.symbol} {event.signal.signal_id}: {event.signal.outcome.result}"
        else:
            one = event.signal
            yield f"{one.action} {one.symbol} at {one.entry_price}, entry {one.leaf_index} of {one.origin}"


def main() -> None:
    """Print until it is interrupted."""
    url, policy = sys.argv[1], client.read_policy(Path(sys.argv[2]).read_text("utf-8"))
    with client.Client(url, policy, api_key=os.environ.get("ALPINE_API_KEY")) as follower:
        for line in lines(follower, client.FilePosition(POSITION, start="0")):
            print(line, flush=True)


if __name__ == "__main__":
    main()
