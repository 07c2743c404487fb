"""Sends what waits into a folder until it is killed: python mail_until_killed.py URL FOLDER."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from alpine_core.adapters.eml_folder import EmlFolder
from alpine_core.adapters.secret_box import SecretBox
from alpine_core.adapters.sql import Database, SqlOutbox
from alpine_core.adapters.system_clock import SystemClock
from alpine_core.mailing import Courier, MailPatience

SHORT_LEASE = MailPatience(lease_seconds=0.2)


def courier(database: Database, folder: Path) -> Courier:
    """Whose claims run out at once, so that the test need not wait."""
    mailer = EmlFolder(folder, "alpine@example.com", SystemClock())
    return Courier(SqlOutbox(database, SecretBox("key")), mailer, SystemClock(), SHORT_LEASE)


async def main(url: str, folder: Path) -> None:
    database = await Database.open(url)
    sender = courier(database, folder)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        if await sender.send_next() is None:
            await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
