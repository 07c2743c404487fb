"""Administration for programs: support reads, admin acts. Each act is in the log of security events."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any, Literal

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from alpine_core.feed import Installation, Overview
from alpine_core.model import Account, Alarm, AlarmKind, Role, SecurityEvent, Tier
from alpine_web.services import Services
from alpine_web.web.admin_queries import AlarmFilter, EventFilter, UserFilter
from alpine_web.web.json_body import json_body
from alpine_web.web.own_request import require_member
from alpine_web.web.queries import decode_query
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer
from alpine_web.web.visitor import visitor_from


class User(msgspec.Struct, frozen=True, kw_only=True):
    """An account without what proves who its holder is."""

    account_id: str
    email: str
    display_name: str
    tier: Tier
    role: Role
    created_at: datetime
    email_verified: bool
    locked_at: datetime | None


class Users(msgspec.Struct, frozen=True, kw_only=True):
    """By address. `next`: what to ask for as `after`, None on the last page."""

    items: tuple[User, ...]
    next: str | None


class Events(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `next`: what to ask for as `before`."""

    items: tuple[SecurityEvent, ...]
    next: int | None


class AlarmLine(msgspec.Struct, frozen=True, kw_only=True):
    """`evidence` are the bytes that were offered, in base64."""

    alarm_id: int
    kind: AlarmKind
    subject: str
    stored: str
    offered: str
    evidence: str
    raised_at: datetime


class Alarms(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `next`: what to ask for as `before`."""

    items: tuple[AlarmLine, ...]
    next: int | None


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`tier` for the act `tier`, `role` for `role`, nothing for others."""

    tier: Tier | None = None
    role: Role | None = None


class ActDone(msgspec.Struct, frozen=True, kw_only=True):
    """It is done, and the account as it is now."""

    status: Literal["done"] = "done"
    user: User


@get("/api/v1/admin/overview")
async def overview(services: NamedDependency[Services]) -> Overview:
    """Deliveries, logs, alarms, accounts, latencies, mails that were given up."""
    return await overview_of(services)


@get("/api/v1/admin/users")
async def users(request: AnyRequest, services: NamedDependency[Services]) -> Users:
    """Accounts by filter."""
    found, following = await find_users(services, decode_query(request, UserFilter))
    return Users(items=tuple(map(_user, found)), next=following)


@get("/api/v1/admin/users/{account_id:str}")
async def user(account_id: FromPath[str], services: NamedDependency[Services]) -> User:
    """One account."""
    return _user(await services.members.administration.account(account_id))


@post("/api/v1/admin/users/{account_id:str}/{act:str}", status_code=200)
async def user_act(
    account_id: FromPath[str],
    act: FromPath[str],
    request: AnyRequest,
    services: NamedDependency[Services],
    viewer: NamedDependency[Viewer],
) -> ActDone:
    """One of tier, role, lock, unlock, end-sessions, resend-verification; needs X-CSRF-Token."""
    require_member(request, services, viewer)
    sent = await json_body(request, Act)
    administration = services.members.administration
    await administration.do(viewer.required(), account_id, act, visitor_from(request), tier=sent.tier, role=sent.role)
    return ActDone(user=_user(await administration.account(account_id)))


@get("/api/v1/admin/events")
async def events(request: AnyRequest, services: NamedDependency[Services]) -> Events:
    """The log of security events by filter."""
    page = await services.security_log.find(decode_query(request, EventFilter).query())
    return Events(items=page.items, next=page.next_before)


@get("/api/v1/admin/alarms")
async def alarms(request: AnyRequest, services: NamedDependency[Services]) -> Alarms:
    """Alarms with their evidence, by filter."""
    found, following = await find_alarms(services, decode_query(request, AlarmFilter))
    return Alarms(items=tuple(map(_alarm, found)), next=following)


ADMIN_API: tuple[HTTPRouteHandler, ...] = (overview, users, user, user_act, events, alarms)


async def overview_of(services: Services) -> Overview:
    """What is stored, and what this process has counted."""
    members, counted = services.members, services.metrics
    installation = Installation(
        services.feed,
        services.shelf,
        services.alarms,
        services.public_log,
        members.account_shelf,
        members.mail_shelf,
        services.receipts.book,
    )
    return await installation.overview(
        services.clock.now(),
        services.started_at,
        counted.deliveries(),
        counted.refusals(),
        taking_deliveries=bool(services.provider_keys),
    )


async def find_users(services: Services, asked: UserFilter) -> tuple[tuple[Account, ...], str | None]:
    """One page, and the address after which the next one begins."""
    found = await services.members.account_shelf.find(asked.query())
    shown = found[: asked.limit]
    return shown, shown[-1].email if len(found) > asked.limit else None


async def find_alarms(services: Services, asked: AlarmFilter) -> tuple[tuple[Alarm, ...], int | None]:
    """One page, and the number before which the next one begins."""
    found = await services.alarms.alarms_of(asked.kind, asked.before, asked.limit + 1)
    shown = found[: asked.limit]
    return shown, shown[-1].alarm_id if len(found) > asked.limit else None


def _user(account: Account) -> User:
    return User(**{name: getattr(account, name) for name in User.__struct_fields__})


def _alarm(alarm: Alarm) -> AlarmLine:
    known: dict[str, Any] = {name: getattr(alarm, name) for name in AlarmLine.__struct_fields__}
    return AlarmLine(**{**known, "evidence": base64.b64encode(alarm.evidence).decode()})
