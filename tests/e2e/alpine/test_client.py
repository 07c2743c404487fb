"""The client beside a server that is stopped and killed: every signal once, in order, and each verified."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from alpine_core import client
from alpine_core.testing.sample_log import SAMPLE_KEY
from alpine_core.verify.trust_policy import TrustPolicy
from tests.e2e.alpine.alpine_process import EMAIL, PASSWORD, AlpineFolder

SOON = client.Backoff(first=0.05, most=0.2)
POLICY = TrustPolicy(logs=[SAMPLE_KEY.key], witnesses={})


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_whether_a_server_is_stopped_or_killed_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    alpine, seen = AlpineFolder(tmp_path), list[str]()
    kept = client.FilePosition(tmp_path / "position")
    alpine.upgraded()
    alpine.serve()

    def follow() -> None:
        with client.Client(alpine.url, POLICY, backoff=SOON) as made:
            made.sign_in(EMAIL, PASSWORD)
            for event in made.follow(kept):
                assert event.signal is not None
                seen.append(event.signal.signal_id)
                if event.signal.signal_id == "SIG-last":
                    return

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    until((tmp_path / "position").exists)
    for turn, end in enumerate((alpine.stop, alpine.kill)):
        for number in range(3):
            alpine.deliver(f"SIG-{turn}-{number}")
        if turn == 0:
            until(lambda: len(seen) == 3)
        end()  # the second time perhaps in the middle of what is there
        alpine.serve()
    alpine.deliver("SIG-last")
    follower.join(30)
    alpine.stop()
    assert seen == [*(f"SIG-{turn}-{number}" for turn in range(2) for number in range(3)), "SIG-last"]
