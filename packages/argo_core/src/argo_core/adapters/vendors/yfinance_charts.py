"""Charts of Yahoo through yfinance: its cookies, its crumb, its browser's handshake; the document itself, not a frame.

What yfinance makes of a chart (an empty frame for an error, prices adjusted for dividends) is not what we want of it.
Every request goes through `BoundedSession`: none outlasts its call's deadline, a body that drips in included, and with
a base URL of our own all go there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from curl_cffi import requests as curl
from yfinance.data import YfData  # type: ignore[import-untyped]
from yfinance.exceptions import YFException, YFRateLimitError  # type: ignore[import-untyped]

from argo_core.adapters.vendor_path.document import Document
from argo_core.adapters.vendor_path.request_meter import RequestMeter
from argo_core.adapters.vendors.yahoo_parse import VENDOR
from argo_core.errors import ConfigError, SourceError

BASE_URL = "https://query2.finance.yahoo.com"
LEAST_SECONDS = 0.05
# Without a handler their warnings would go to the process's standard error; what they are about, our errors say.
for _library in ("yfinance", "bs4.dammit"):
    logging.getLogger(_library).addHandler(logging.NullHandler())


class BoundedSession(curl.Session):  # type: ignore[type-arg]
    """Requests end at the deadline of the thread that makes them. `origin` None: each goes to its own host."""

    def __init__(self, ticks: Callable[[], float], origin: str | None, meter: RequestMeter) -> None:
        super().__init__(impersonate="chrome")
        self._ticks, self._origin, self._of_thread, self._meter = ticks, origin, threading.local(), meter

    def until(self, deadline: float) -> None:
        """This thread's requests end at that tick."""
        self._of_thread.deadline = deadline

    def request(self, method: Any, url: str, *args: Any, **named: Any) -> Any:
        """As curl_cffi's, within the deadline."""
        left = getattr(self._of_thread, "deadline", 0.0) - self._ticks()
        if left < LEAST_SECONDS:
            raise curl.exceptions.Timeout("the call's time is over")
        named["timeout"] = left
        if self._origin is not None:  # a redirect would lead off the one place that everything is to go to
            named["allow_redirects"] = False
        begun = self._meter.begin()
        answer = super().request(method, url if self._origin is None else self._moved(url), *args, **named)
        self._meter.answered(begun, _by_name(answer.headers))
        return answer

    def _moved(self, url: str) -> str:
        parts = urlsplit(url)
        return f"{self._origin}{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"


class _WithoutFiles(YfData):  # type: ignore[misc]
    """Cookies in memory only: the file that yfinance keeps them in is not made for several processes, and its
    connections stay open, one per thread."""

    def _load_cookie_curlCffi(self) -> bool:  # noqa: N802  yfinance's own name
        return False

    def _save_cookie_curlCffi(self) -> bool:  # noqa: N802  yfinance's own name
        self._cookie = True  # the session holds it; else each chart would cost a request for a new one
        return True


class YfinanceCharts:
    """Fetches chart documents; blocks, any number of threads. Its cookies are its own and live as long as it does."""

    def __init__(self, ticks: Callable[[], float], base_url: str = BASE_URL, meter: RequestMeter | None = None) -> None:
        """Raises ConfigError for a base URL that is none."""
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f"{VENDOR}: its base URL is none: write https://host")
        self._base, self._ticks = base_url.rstrip("/"), ticks
        origin = None if self._base == BASE_URL else self._base
        self._session = BoundedSession(ticks, origin, RequestMeter(ticks) if meter is None else meter)
        # YfData is one per class; a class of our own keeps another user of yfinance out of our session.
        self._data = type("Charts", (_WithoutFiles,), {})(session=self._session)

    def fetch(self, symbol: str, query: Mapping[str, str], seconds: float) -> Document:
        """The vendor's answer, whatever its status. Raises SourceError TIMEOUT, RATE_LIMITED, VENDOR_ERROR."""
        self._session.until(self._ticks() + seconds)
        try:
            response = self._data.get(f"{self._base}/v8/finance/chart/{symbol}", dict(query), timeout=seconds)
        except YFRateLimitError as error:
            raise SourceError("RATE_LIMITED", f"{VENDOR} answered 429: we ask more slowly") from error
        except curl.exceptions.Timeout as error:
            raise SourceError("TIMEOUT", f"{VENDOR}: no complete answer within {seconds:g} s") from error
        except (curl.exceptions.RequestException, YFException, OSError) as error:
            raise SourceError(
                "VENDOR_ERROR", f"{VENDOR} cannot be reached or was cut off ({type(error).__name__})"
            ) from error
        return Document(int(response.status_code), _by_name(response.headers), bytes(response.content))

    def close(self) -> None:
        """Close the session."""
        self._session.close()


def _by_name(headers: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in headers.items()}
