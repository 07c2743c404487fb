"""How often one may ask: each account by its tier's terms, who is not signed in by the client's address."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from alpine_core.errors import StoreError
from alpine_core.ports import Permit
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.network import network_of
from alpine_web.web.operator import AnyConnection
from alpine_web.web.rate_headers import leave_headers
from alpine_web.web.viewer import Viewer, find_viewer, nobody, viewer_known

API = "/api/"
PAGES_PER_MINUTE = 300
PAGES_BURST = 100
WITHOUT_API_PER_MINUTE = 30
ANONYMOUS_BURST = 200
SMALLEST_BURST = 10
BURSTS_PER_MINUTE = 6


class Limit(NamedTuple):
    """`kind` is the class of routes that share the bucket, `name` whose it is."""

    kind: str
    name: str
    per_minute: int
    burst: int


async def counted_viewer(
    connection: AnyConnection, services: Services, prefix: str, *, for_anybody: bool = False
) -> Viewer:
    """Who asks, and the request is counted: who shows a key that does not hold, as nobody. `for_anybody`: this may be
    asked without an account; while the database does not answer, everybody is nobody there. Raises as `find_viewer`
    does, and Refused 429 with `Retry-After`."""
    try:
        viewer = viewer_known(connection) or await find_viewer(connection, services, prefix)
    except Refused:
        await _take_permit(connection, services, limit_of(connection, services, None))
        raise
    except StoreError:
        if not for_anybody:
            raise
        viewer = nobody(connection, services, prefix)
    await _take_permit(connection, services, limit_of(connection, services, viewer, for_anybody=for_anybody))
    return viewer


def limit_of(
    connection: AnyConnection, services: Services, viewer: Viewer | None, *, for_anybody: bool = False
) -> Limit:
    """What holds for this request. Pages, the API, and proofs that pages ask the API for are counted apart."""
    if viewer is None or viewer.account is None:
        return Limit("anonymous", network_of(connection), services.settings.anonymous_per_minute, ANONYMOUS_BURST)
    if not viewer.path.startswith(API):
        return Limit("pages", viewer.account.account_id, PAGES_PER_MINUTE, PAGES_BURST)
    if for_anybody and viewer.form_token:
        # By a session, from our own pages. Who signs in may not be able to check less than a stranger.
        return Limit("proofs", viewer.account.account_id, services.settings.anonymous_per_minute, ANONYMOUS_BURST)
    # A tier without keys still reads the API from its own pages.
    allowed = services.feed.entitlements.terms(viewer.account.tier).api_per_minute or WITHOUT_API_PER_MINUTE
    burst = max(SMALLEST_BURST, allowed // BURSTS_PER_MINUTE)
    return Limit("api", viewer.account.account_id, allowed, burst)


async def _take_permit(connection: AnyConnection, services: Services, limit: Limit) -> None:
    """The answer will say what is left. Raises Refused 429 with `Retry-After`."""
    permit = await services.buckets.take(f"{limit.kind}:{limit.name}", limit.per_minute, limit.burst)
    leave_headers(connection.scope["state"], _headers(limit, permit))
    if not permit.given:
        wait = permit.wait_seconds
        services.metrics.count_refusal(limit.kind)
        told = f"too many requests: try again in {wait} s"
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", told, {"Retry-After": str(wait)})


def _headers(limit: Limit, permit: Permit) -> list[tuple[bytes, bytes]]:
    """The fields RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers-10."""
    policy = f'"{limit.kind}";q={limit.per_minute};w=60'
    now = f'"{limit.kind}";r={permit.left};t={permit.full_seconds}'
    return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", now.encode())]
