"""The libraries' own log lines without our secrets, whatever a host lets them write.

httpx logs each URL at INFO, and one vendor wants its key there; lower levels show headers and bodies. Who embeds us
decides what is logged, so the lines are not switched off: the secrets are struck out of them.
"""

from __future__ import annotations

import logging
import weakref

from argo_core.adapters.vendor_path.secrets import Redacted

LIBRARIES = (
    "httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks",
    "urllib3.connectionpool", "websockets.client", "yfinance", "bs4.dammit",
)  # fmt: skip


class _Striking(logging.Filter):
    """Lets every line pass, without any of the known secrets."""

    def __init__(self) -> None:
        super().__init__()
        self.known: weakref.WeakSet[Redacted] = weakref.WeakSet()

    def filter(self, record: logging.LogRecord) -> bool:
        """Changes the record only if it would show a secret."""
        said = record.getMessage()
        struck = said
        for secrets in tuple(self.known):
            struck = secrets.struck(struck)
        if struck != said:
            record.msg, record.args = struck, ()
        if record.exc_info is not None and any(_shown(secrets, record) for secrets in tuple(self.known)):
            record.exc_info = None  # the vendor's error is told by us, in our own words
        return True


_STRIKING = _Striking()


def guard_loggers(secrets: Redacted) -> None:
    """From now on, and for as long as `secrets` is used, no library's line shows one of them."""
    _STRIKING.known.add(secrets)
    for name in LIBRARIES:
        logging.getLogger(name).addFilter(_STRIKING)  # a second time does nothing


def _shown(secrets: Redacted, record: logging.LogRecord) -> bool:
    error = None if record.exc_info is None else record.exc_info[1]
    return error is not None and secrets.cause(error) is not error
