"""A program for `test_backups`: takes one backup, and is killed somewhere on the way."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from argo_core.adapters.backups import BackupFolder

if __name__ == "__main__":
    asyncio.run(BackupFolder(Path(sys.argv[1]), sys.argv[2]).take(datetime.fromisoformat(sys.argv[3])))
