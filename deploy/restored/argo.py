"""Run by a release's own interpreter: a backup restored in the scratch place of its database's kind, upgraded and
looked at there, as the daily backup is. Prints {"findings": […]}."""

from __future__ import annotations

import asyncio
import json
import sys

from argo_server.cli.progress import shown_progress
from argo_server.settings import load_settings
from argo_server.wiring.backups import open_backups


async def looked_at(name: str) -> tuple[str, ...]:
    """What is wrong with it. Raises the program's errors."""
    async with open_backups(load_settings(), shown_progress("entries")) as keeper:
        return (await keeper.trial.check(name)).findings


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"findings": asyncio.run(looked_at(sys.argv[1]))}))
