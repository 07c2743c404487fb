"""SIGKILL while subscribers are told: nobody misses a signal, and only a call that was under way may come twice."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections import defaultdict
from datetime import timedelta

import pytest

from alpine_core.adapters.http_webhooks import HttpWebhooks
from alpine_core.adapters.sql import Database, SqlAccounts, SqlDeliveries, SqlSignalStore, upgrade
from alpine_core.adapters.system_clock import SystemClock
from alpine_core.model import DeliveryState, NoticeChannel, NoticeFilter, Tier
from alpine_core.notices import Caller
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import sample_account, sample_verified
from tests.alpine.core.adapters.sql.notices_until_killed import BOX, courier, office, turn
from tests.alpine.core.adapters.webhook_peer import receiving
from tests.alpine.core.places import MIGRATIONS

KILLS = 3 if os.environ.get("TEST_COUNTS", "slice") == "slice" else 50
SIGNALS = 40 * KILLS


@pytest.mark.timeout(50 if KILLS == 3 else 600)
async def test_no_call_is_lost_and_at_most_one_is_doubled_by_each_kill_with_its_id(sqlite_url: str) -> None:
    await upgrade(sqlite_url, MIGRATIONS)
    database, chance = await Database.open(sqlite_url), random.Random(7)
    sender, account = HttpWebhooks(allow_private=True), sample_account()
    told, calls = office(database, sender), courier(database, sender)
    with receiving() as receiver:
        await SqlAccounts(database).put(account)
        await told.rules.add(account, NoticeFilter(), [NoticeChannel.IN_APP, NoticeChannel.WEBHOOK])
        await told.webhooks.add(Caller(account=account), receiver.url)
        await told.filling.fill(Tier.PREMIUM)
        signals = [sample_verified(f"s{number}") for number in range(SIGNALS)]
        # Not of the future, whichever clock is read: what is live is shown at once.
        await SampleLog().store_in(SqlSignalStore(database), signals, SystemClock().now() - timedelta(seconds=1))
        for _ in range(KILLS):
            await _kill_one(sqlite_url, chance)
        shelf = SqlDeliveries(database, BOX)
        done = len(await shelf.deliveries(account.account_id, DeliveryState.DELIVERED, SIGNALS))
        assert done < SIGNALS, "nothing was left to lose: kill sooner"
        while await turn(told, calls) or await shelf.deliveries(account.account_id, DeliveryState.WAITING, 1):
            await asyncio.sleep(0)
        unread = await told.inbox.unread(account)
    await sender.close()
    await database.close()
    ids = defaultdict(set)
    for got in receiver.got:
        body = json.loads(got.body)
        ids[body["signal"]["signal_id"]].add(body["id"])
    assert set(ids) == {f"s{number}" for number in range(SIGNALS)}
    assert {len(each) for each in ids.values()} == {1}
    assert len(receiver.got) - SIGNALS <= KILLS
    assert unread == SIGNALS


async def _kill_one(url: str, chance: random.Random) -> None:
    program = (sys.executable, "-m", "tests.alpine.core.adapters.sql.notices_until_killed", url)
    running = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
    assert running.stdout is not None
    assert await running.stdout.readline() == b"ready\n"
    await asyncio.sleep(chance.uniform(0.05, 0.2))
    running.send_signal(signal.SIGKILL)
    await running.wait()
