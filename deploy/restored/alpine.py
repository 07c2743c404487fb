"""Run by a release's own interpreter: a backup restored in the scratch place of its database's kind, upgraded and
audited there, as the daily backup is. Prints {"findings": […]}."""

from __future__ import annotations

import asyncio
import json
import sys

from alpine_web.settings import load_settings
from alpine_web.web.lines import lines_of
from alpine_web.web.site import open_site
from alpine_web.wiring.backups import backup_house


async def looked_at(name: str) -> tuple[str, ...]:
    """What is wrong with it. Raises the program's errors."""
    return await backup_house(load_settings(), lines_of(open_site())).look_at(name)


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"findings": asyncio.run(looked_at(sys.argv[1]))}))
