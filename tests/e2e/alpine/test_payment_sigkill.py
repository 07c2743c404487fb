"""SIGKILL of the server while notices of payments come: what it acknowledged holds, what it did not comes again."""

from __future__ import annotations

import itertools
import json
import os
import random
import sqlite3
import threading
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from tests.alpine.stripe_peer import KEY, SECRET, running_peer, signed
from tests.e2e.alpine.alpine_process import PASSWORD, AlpineFolder

KILLS = 2 if os.environ.get("TEST_COUNTS", "slice") == "slice" else 40
BUYERS = 12 * KILLS


def _send(folder: AlpineFolder, event: dict[str, object]) -> bool:
    body, header = signed(event, at=int(time.time()))
    request = urllib.request.Request(f"{folder.url}/api/v1/payments/webhook", body, {"Stripe-Signature": header})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.execute(sql))


@pytest.mark.timeout(60 if KILLS == 2 else 1200)
def test_no_payment_is_lost_or_given_without_a_trace(tmp_path: Path) -> None:
    with running_peer() as peer:
        folder = AlpineFolder(tmp_path)
        folder.environment |= {
            "STRIPE_URL": peer.url,
            "STRIPE_SECRET_KEY": KEY,
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_PRICE_PREMIUM": "price_premium",
            "ALPINE_NEW_PASSWORD": PASSWORD,
        }
        assert folder.run("db", "upgrade").returncode == 0
        with closing(sqlite3.connect(folder.database)) as connection:
            since = "'2026-01-01T00:00:00.000000Z'"
            row = f"INSERT INTO accounts VALUES (?, ?, 'x', 'free', 'subscriber', {since}, 1, '', NULL)"
            connection.executemany(row, [(f"a{n}", f"a{n}@example.com") for n in range(BUYERS)])
            connection.commit()
        for number in range(BUYERS):
            metadata = {"account_id": f"a{number}", "install": folder.url}
            lines = [{"price": "price_premium"}]
            session = {"customer": None, "line_items": lines, "subscription_metadata": metadata}
            peer.sessions[f"cs_{number}"] = session
            peer.pay(f"cs_{number}")
        folder.serve()
        waiting, taken, chance = list(peer.events), [], random.Random(3)
        for turn in itertools.count():
            if turn < KILLS:
                threading.Timer(chance.uniform(0.05, 0.3), folder.kill).start()
            for event in list(waiting):
                if _send(folder, event):
                    waiting.remove(event)
                    taken.append(event["id"])
            if turn < KILLS:
                folder.kill()
                stored = {name for (name,) in _rows(folder.database, "SELECT notice_id FROM payment_notices")}
                assert set(taken) <= stored, "an acknowledged notice was lost"
                folder.serve()
            elif not waiting:
                break
        folder.stop()
        assert _rows(folder.database, "SELECT DISTINCT tier FROM accounts WHERE email LIKE 'a%@example.com'") == [
            ("premium",)
        ]
        changes = _rows(folder.database, "SELECT count(*) FROM security_events WHERE kind = 'tier_changed'")
        assert changes == [(BUYERS,)], json.dumps(changes)
