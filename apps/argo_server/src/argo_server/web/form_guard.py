"""Forms that change something come from our own pages only.

A browser sends the console's password along with whatever another site makes it send, so the password alone proves
nothing. Two things do, and both are asked for: the browser's own word where the form came from (Fetch Metadata,
`Sec-Fetch-Site`; else `Origin`), and a token that only a page of this process holds.
"""

from __future__ import annotations

import hmac
import secrets

from litestar.exceptions import PermissionDeniedException

from argo_server.web.queries import AnyRequest

REFUSED = "this form did not come from a page of this console: open the page again and send it from there"


class FormGuard:
    """One token for the life of a process: after a restart an open page must be loaded anew."""

    def __init__(self, token: str | None = None) -> None:
        self.token = secrets.token_urlsafe(32) if token is None else token

    def require(self, request: AnyRequest, token: str) -> None:
        """Raises PermissionDeniedException (403, `foreign_form`)."""
        if not (_same_origin(request) and hmac.compare_digest(token.encode(), self.token.encode())):
            raise PermissionDeniedException(REFUSED, extra={"code": "foreign_form"})


def _same_origin(request: AnyRequest) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    # Behind a proxy that ends TLS the scheme here is not the browser's: the name and the port are compared.
    return origin.partition("://")[2] == request.headers.get("host", "") != ""
