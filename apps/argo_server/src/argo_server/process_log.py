"""What a process says of itself, on standard error and in UTC: what a command answers stays apart from it."""

from __future__ import annotations

import sys

import structlog
from structlog.typing import Processor


def write_log() -> None:
    """From now on: to a person at a terminal in words, to everybody else one JSON object on each line."""
    form: list[Processor]
    if sys.stderr.isatty():  # no local variables in a traceback: a secret may be one
        form = [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    else:
        form = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.add_log_level,
            *form,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
