"""Who may ask at which address: one table that every route stands in, and the guard that holds to it.

What a tier sees of a signal is decided by the entitlements, and whose a thing is by its owner's id; this is the door
before both. An address without a line is for account holders, and fails a test until it has one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from alpine_core.model import Account, Role
from alpine_web.services import Services
from alpine_web.web.alias_routes import ALIAS
from alpine_web.web.operator import AnyConnection
from alpine_web.web.request_limit import counted_viewer


class Access(StrEnum):
    """`TIER`: for anybody, and what is shown follows the caller's tier, FREE without an account. `PROVIDER` and
    `OPERATOR` prove who they are by a key of their own, which the handler checks."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    TIER = "tier"
    SUPPORT = "support"
    ADMIN = "admin"
    PROVIDER = "provider"
    OPERATOR = "operator"


ROLES: Mapping[Access, tuple[Role, ...]] = MappingProxyType(
    {Access.SUPPORT: (Role.SUPPORT, Role.ADMIN), Access.ADMIN: (Role.ADMIN,)}
)
UNCOUNTED = (Access.PROVIDER, Access.OPERATOR)
# Files that anybody may keep: mirrors read the log whole, and pages ask for many at once.
FILES = ("/static/", "/ledger/")

POLICIES: Mapping[str, Access] = MappingProxyType(
    {
        "/": Access.PUBLIC,
        "/account": Access.SIGNED_IN,
        "/account/api-keys": Access.SIGNED_IN,
        "/account/api-keys/{key_id}/revoke": Access.SIGNED_IN,
        "/account/billing": Access.SIGNED_IN,
        "/account/billing/checkout": Access.SIGNED_IN,
        "/account/billing/portal": Access.SIGNED_IN,
        "/account/data": Access.SIGNED_IN,
        "/account/data/delete": Access.SIGNED_IN,
        "/account/data/export": Access.SIGNED_IN,
        "/account/email": Access.SIGNED_IN,
        "/account/notifications": Access.SIGNED_IN,
        "/account/notifications/{rule_id}/remove": Access.SIGNED_IN,
        "/account/password": Access.SIGNED_IN,
        "/account/profile": Access.SIGNED_IN,
        "/account/second-factor": Access.SIGNED_IN,
        "/account/second-factor/codes": Access.SIGNED_IN,
        "/account/second-factor/confirm": Access.SIGNED_IN,
        "/account/second-factor/disable": Access.SIGNED_IN,
        "/account/security": Access.SIGNED_IN,
        "/account/sessions/revoke": Access.SIGNED_IN,
        "/account/sessions/revoke-others": Access.SIGNED_IN,
        "/admin": Access.SUPPORT,
        "/admin/alarms": Access.SUPPORT,
        "/admin/alarms/{alarm_id}/evidence": Access.SUPPORT,
        "/admin/events": Access.SUPPORT,
        "/admin/mails/{mail_id}/retry": Access.ADMIN,
        "/admin/tiers": Access.SUPPORT,
        "/admin/users": Access.SUPPORT,
        "/admin/users/{account_id}": Access.SUPPORT,
        "/admin/users/{account_id}/{act}": Access.ADMIN,
        "/admin/view-as": Access.ADMIN,
        "/admin/view-as/end": Access.ADMIN,
        "/account/webhooks": Access.SIGNED_IN,
        "/account/webhooks/deliveries/{delivery_id}/replay": Access.SIGNED_IN,
        "/account/webhooks/{endpoint_id}/remove": Access.SIGNED_IN,
        "/account/webhooks/{endpoint_id}/rotate": Access.SIGNED_IN,
        "/account/webhooks/{endpoint_id}/test": Access.SIGNED_IN,
        "/api/auth/2fa/disable": Access.SIGNED_IN,
        "/api/auth/2fa/enable": Access.SIGNED_IN,
        "/api/auth/2fa/verify": Access.PUBLIC,
        "/api/auth/login": Access.PUBLIC,
        "/api/auth/logout": Access.PUBLIC,
        "/api/auth/password-reset": Access.PUBLIC,
        "/api/auth/password-reset/confirm": Access.PUBLIC,
        "/api/auth/refresh": Access.PUBLIC,
        "/api/auth/signup": Access.PUBLIC,
        "/api/auth/verify-email": Access.PUBLIC,
        "/api/signals/history": Access.SIGNED_IN,
        "/api/signals/subscribed": Access.SIGNED_IN,
        "/api/v1/admin/alarms": Access.SUPPORT,
        "/api/v1/admin/events": Access.SUPPORT,
        "/api/v1/admin/latency": Access.SUPPORT,
        "/api/v1/admin/overview": Access.SUPPORT,
        "/api/v1/admin/users": Access.SUPPORT,
        "/api/v1/admin/users/{account_id}": Access.SUPPORT,
        "/api/v1/admin/users/{account_id}/{act}": Access.ADMIN,
        "/api/v1/api-keys": Access.SIGNED_IN,
        "/api/v1/api-keys/{key_id}": Access.SIGNED_IN,
        "/api/v1/auth/2fa/disable": Access.SIGNED_IN,
        "/api/v1/auth/2fa/enable": Access.SIGNED_IN,
        "/api/v1/auth/2fa/verify": Access.PUBLIC,
        "/api/v1/auth/login": Access.PUBLIC,
        "/api/v1/auth/logout": Access.PUBLIC,
        "/api/v1/auth/password-reset": Access.PUBLIC,
        "/api/v1/auth/password-reset/confirm": Access.PUBLIC,
        "/api/v1/auth/refresh": Access.PUBLIC,
        "/api/v1/auth/signup": Access.PUBLIC,
        "/api/v1/auth/tokens": Access.SIGNED_IN,
        "/api/v1/auth/tokens/end": Access.PUBLIC,
        "/api/v1/auth/verify-email": Access.PUBLIC,
        "/api/v1/external-signals/sync/check": Access.PROVIDER,
        "/api/v1/external-signals/sync/checkpoint": Access.PROVIDER,
        "/api/v1/external-signals/sync/health": Access.PROVIDER,
        "/api/v1/external-signals/sync/marks": Access.PROVIDER,
        "/api/v1/external-signals/sync/outcomes": Access.PROVIDER,
        "/api/v1/external-signals/sync/realised": Access.PROVIDER,
        "/api/v1/external-signals/sync/signal": Access.PROVIDER,
        "/api/v1/external-signals/sync/signals": Access.PROVIDER,
        "/api/v1/health": Access.OPERATOR,
        "/api/v1/ledger/checkpoint": Access.PUBLIC,
        "/api/v1/ledger/completeness": Access.PUBLIC,
        "/api/v1/ledger/entries": Access.PUBLIC,
        "/api/v1/ledger/export": Access.PUBLIC,
        "/api/v1/ledger/findings": Access.PUBLIC,
        "/api/v1/ledger/policy": Access.PUBLIC,
        "/api/v1/ledger/proof/consistency": Access.PUBLIC,
        "/api/v1/ledger/proof/inclusion": Access.PUBLIC,
        "/api/v1/ledger/realised/{trade_id}": Access.TIER,
        "/api/v1/payments/checkout": Access.SIGNED_IN,
        "/api/v1/payments/portal": Access.SIGNED_IN,
        "/api/v1/payments/webhook": Access.PROVIDER,
        "/api/v1/notifications": Access.SIGNED_IN,
        "/api/v1/notifications/read": Access.SIGNED_IN,
        "/api/v1/notifications/rules": Access.SIGNED_IN,
        "/api/v1/notifications/rules/{rule_id}": Access.SIGNED_IN,
        "/api/v1/receipts": Access.SIGNED_IN,
        "/api/v1/signals/history": Access.SIGNED_IN,
        "/api/v1/signals/subscribed": Access.SIGNED_IN,
        "/api/v1/signals/{signal_id}": Access.SIGNED_IN,
        "/api/v1/signals/{signal_id}/evidence": Access.TIER,
        "/api/v1/signals/{signal_id}/marks": Access.SIGNED_IN,
        "/api/v1/simulator": Access.SIGNED_IN,
        "/api/v1/subscriptions": Access.SIGNED_IN,
        "/api/v1/users/me": Access.SIGNED_IN,
        "/api/v1/users/me/delete": Access.SIGNED_IN,
        "/api/v1/users/me/export": Access.SIGNED_IN,
        "/api/v1/webhooks": Access.SIGNED_IN,
        "/api/v1/webhooks/deliveries": Access.SIGNED_IN,
        "/api/v1/webhooks/deliveries/{delivery_id}/replay": Access.SIGNED_IN,
        "/api/v1/webhooks/{endpoint_id}": Access.SIGNED_IN,
        "/api/v1/webhooks/{endpoint_id}/rotate": Access.SIGNED_IN,
        "/api/v1/webhooks/{endpoint_id}/test": Access.SIGNED_IN,
        "/backtest": Access.TIER,
        "/backtest/trades/{form}": Access.TIER,
        "/contact": Access.PUBLIC,
        "/dashboard": Access.SIGNED_IN,
        "/dashboard/open": Access.SIGNED_IN,
        "/health": Access.OPERATOR,
        "/ledger/add-checkpoint": Access.PROVIDER,
        "/ledger/checkpoint": Access.PUBLIC,
        "/ledger/tile/{rest}": Access.PUBLIC,
        "/ledger/{digest}/checkpoint": Access.PUBLIC,
        "/ledger/{digest}/tile/{rest}": Access.PUBLIC,
        "/login": Access.PUBLIC,
        "/login/code": Access.PUBLIC,
        "/logout": Access.PUBLIC,
        "/methodology": Access.PUBLIC,
        "/metrics": Access.OPERATOR,
        "/notifications": Access.SIGNED_IN,
        "/notifications/bell": Access.SIGNED_IN,
        "/notifications/read": Access.SIGNED_IN,
        "/pricing": Access.PUBLIC,
        "/privacy": Access.PUBLIC,
        "/reports": Access.PUBLIC,
        "/reports/mail": Access.SIGNED_IN,
        "/reports/{month}": Access.PUBLIC,
        "/status": Access.PUBLIC,
        "/reset": Access.PUBLIC,
        "/reset/password": Access.PUBLIC,
        "/risk-disclosure": Access.PUBLIC,
        "/schema": Access.PUBLIC,
        "/schema/openapi.json": Access.PUBLIC,
        "/schema/sync/{name}": Access.PUBLIC,
        "/schema/{path}": Access.PUBLIC,
        "/signals": Access.SIGNED_IN,
        "/signals/export/{form}": Access.SIGNED_IN,
        "/signals/{signal_id}": Access.SIGNED_IN,
        "/signup": Access.PUBLIC,
        "/simulator": Access.SIGNED_IN,
        "/simulator/trades.csv": Access.SIGNED_IN,
        "/static/{name}": Access.PUBLIC,
        "/stream/rows": Access.SIGNED_IN,
        "/stream/signals": Access.SIGNED_IN,
        "/terms": Access.PUBLIC,
        "/track-record": Access.PUBLIC,
        "/verify": Access.PUBLIC,
        "/verify-email": Access.PUBLIC,
        "/ws/signals": Access.SIGNED_IN,
        f"{ALIAS}/health": Access.PROVIDER,
        f"{ALIAS}/signal": Access.PROVIDER,
    }
)
"""Every address, in the order of the alphabet. `/health` is for anybody and tells operators more; `2fa/verify` is the
second step of who has no session yet, too."""

Guard = Callable[[AnyConnection, BaseRouteHandler], Awaitable[None]]


def policy_of(path: str) -> Access:
    """The line of a route's own path, as it is written in its handler."""
    return POLICIES.get(path, Access.SIGNED_IN)


def has_role(account: Account, access: Access) -> bool:
    """Whether the account's role reaches that far."""
    return account.role in ROLES.get(access, tuple(Role))


def door(source: Callable[[], Services], prefix: str) -> Guard:
    """The guard of all our routes. Streams and sockets hold to the same by `live_reader.admitted`."""

    async def admit(connection: AnyConnection, handler: BaseRouteHandler) -> None:
        path = connection.scope["path_template"].removeprefix(prefix) or "/"
        access = policy_of(path)
        if not isinstance(handler, HTTPRouteHandler) or access in UNCOUNTED or path.startswith(FILES):
            return
        for_anybody = access in (Access.PUBLIC, Access.TIER)
        viewer = await counted_viewer(connection, source(), prefix, for_anybody=for_anybody)
        if for_anybody:
            return
        if not has_role(viewer.required(), access):
            # What is not yours is not there.
            raise NotFoundException

    return admit
