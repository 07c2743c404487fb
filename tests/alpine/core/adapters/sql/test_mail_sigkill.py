"""SIGKILL while mails go out: none is lost, and only what was under way may go out twice."""

from __future__ import annotations

import asyncio
import email
import os
import random
import signal
import sys
from pathlib import Path

import pytest

from alpine_core.adapters.secret_box import SecretBox
from alpine_core.adapters.sql import Database, SqlOutbox, upgrade
from alpine_core.adapters.system_clock import SystemClock
from alpine_core.model import Mail, MailState
from tests.alpine.core.adapters.sql.mail_until_killed import courier
from tests.alpine.core.places import MIGRATIONS

KILLS = 3 if os.environ.get("TEST_COUNTS", "slice") == "slice" else 50
MAILS = 40 * KILLS


@pytest.mark.timeout(50 if KILLS == 3 else 600)
async def test_no_mail_is_lost_and_at_most_one_is_doubled_by_each_kill(sqlite_url: str, tmp_path: Path) -> None:
    await upgrade(sqlite_url, MIGRATIONS)
    database, folder = await Database.open(sqlite_url), tmp_path / "mail"
    outbox, chance = SqlOutbox(database, SecretBox("key")), random.Random(7)
    for number in range(MAILS):
        mail = Mail(message_id=f"<{number}@test>", recipient="ada@example.com", subject="s", text=f"text {number}")
        await outbox.queue(mail, SystemClock().now())
    program = (sys.executable, "-m", "tests.alpine.core.adapters.sql.mail_until_killed", sqlite_url, str(folder))
    for _ in range(KILLS):
        sender = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
        assert sender.stdout is not None
        assert await sender.stdout.readline() == b"ready\n"
        await asyncio.sleep(chance.uniform(0.0, 0.1))
        sender.send_signal(signal.SIGKILL)
        await sender.wait()
    before = len(await outbox.mails(MailState.SENT, MAILS))
    assert before < MAILS, "nothing was left to lose: kill sooner"
    rest = courier(database, folder)
    while await outbox.mails(MailState.WAITING, 1):
        if await rest.send_next() is None:
            await asyncio.sleep(0.02)
    await database.close()
    arrived = [email.message_from_bytes(path.read_bytes())["Message-ID"] for path in folder.glob("*.eml")]
    assert set(arrived) == {f"<{number}@test>" for number in range(MAILS)}
    assert len(arrived) - len(set(arrived)) <= KILLS
