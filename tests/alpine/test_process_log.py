"""The log of a server: lines that a machine reads, their time in UTC, nothing of a stranger's between them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta

SAY = (
    "import structlog; from alpine_web.process_log import write_json_lines; write_json_lines(); "
    "structlog.get_logger().debug('looked_at'); "
    "structlog.get_logger().error('request_failed', path='/a\\n{\"event\": \"alpine_started\"}\\x1b[2J')"
)


def test_each_event_that_matters_is_one_json_object_with_its_time_in_utc() -> None:
    said = subprocess.run([sys.executable, "-c", SAY], capture_output=True, text=True, check=True, timeout=50)
    assert said.stdout == ""
    (line,) = said.stderr.splitlines()
    told = json.loads(line)
    at = datetime.fromisoformat(told.pop("timestamp"))
    assert at.utcoffset() == timedelta(0)
    path = '/a\n{"event": "alpine_started"}\x1b[2J'
    assert told == {"event": "request_failed", "level": "error", "path": path}
    assert "\x1b" not in line
