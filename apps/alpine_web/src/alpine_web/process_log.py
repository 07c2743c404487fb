"""What a server or a command says of itself: one JSON object on each line of standard error, its time in UTC."""

from __future__ import annotations

import sys

import structlog


def write_json_lines() -> None:
    """From now on. Whatever a value holds, it stays within its line: nobody writes lines of their own by a path."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
