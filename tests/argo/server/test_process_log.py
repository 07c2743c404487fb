"""The log of a process: lines that a machine reads, words for a person at a terminal, nothing on standard output."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import datetime, timedelta

SAY = """
import structlog
from argo_server.process_log import write_log
log = structlog.get_logger()
write_log()
log.debug("looked", at="nothing")
try:
    raise OSError("the disk is full")
except OSError:
    log.exception("job_failed", path='/a\\n{"event": "generator_started"}')
"""


def test_each_event_is_one_json_object_with_its_time_in_utc() -> None:
    said = subprocess.run([sys.executable, "-c", SAY], capture_output=True, text=True, check=True, timeout=50)
    assert said.stdout == ""
    (line,) = said.stderr.splitlines()
    told = json.loads(line)
    assert datetime.fromisoformat(told.pop("timestamp")).utcoffset() == timedelta(0)
    assert told.pop("exception").endswith("OSError: the disk is full")
    assert told == {"event": "job_failed", "level": "error", "path": '/a\n{"event": "generator_started"}'}


def test_a_person_at_a_terminal_reads_words() -> None:
    terminal, end = pty.openpty()
    subprocess.run([sys.executable, "-c", SAY], stdout=subprocess.PIPE, stderr=end, check=True, timeout=50)
    os.close(end)
    told = os.read(terminal, 65_536).decode()
    os.close(terminal)
    assert "job_failed" in told
    assert "OSError: the disk is full" in told
    assert not told.lstrip().startswith("{")
