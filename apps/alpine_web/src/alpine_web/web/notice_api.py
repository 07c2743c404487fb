"""Notifications for programs: what the caller was told of, and the rules by which."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Meta

from alpine_core.model import ApiScope, NoticeChannel, NoticeFilter, NoticeRule
from alpine_core.notices import InboxPage
from alpine_web.services import Services
from alpine_web.web.json_body import json_body
from alpine_web.web.own_request import require_own
from alpine_web.web.queries import decode_query
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer

Number = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class NoticeQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Newest first. `before` is `next` of the page before."""

    unread: bool = False
    before: Number | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 20


class Read(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which notices were read; without numbers all."""

    numbers: Annotated[tuple[Number, ...], Meta(max_length=1000)] | None = None


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """How many were unread until now, and how many are."""

    marked: int
    unread: int


class RuleWanted(NoticeFilter, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule as a program sends it."""

    channels: Annotated[tuple[NoticeChannel, ...], Meta(min_length=1, max_length=3)] = (NoticeChannel.IN_APP,)


class RuleLine(RuleWanted, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule as its owner sees it."""

    rule_id: str
    created_at: str


class RuleList(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `channels`: the ways that the caller's tier has now; a rule uses no others."""

    items: tuple[RuleLine, ...]
    channels: tuple[NoticeChannel, ...]


@get("/api/v1/notifications", opt={"key_scope": ApiScope.READ})
async def list_notices(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> InboxPage:
    """What the caller was told of, newest first, each with what the tier sees of it now."""
    asked = decode_query(request, NoticeQuery)
    account = viewer.required()
    return await services.notices.inbox.page(account, unread=asked.unread, before=asked.before, limit=asked.limit)


@post("/api/v1/notifications/read", status_code=200)
async def mark_read(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> Marked:
    """Mark notices read: `{"numbers": [1, 2]}`, or all with `{}`; needs X-CSRF-Token."""
    account = viewer.required()
    require_own(request, services)
    sent = await json_body(request, Read)
    marked = await services.notices.inbox.mark_read(account, sent.numbers)
    return Marked(marked=marked, unread=await services.notices.inbox.unread(account))


@get("/api/v1/notifications/rules")
async def list_rules(services: NamedDependency[Services], viewer: NamedDependency[Viewer]) -> RuleList:
    """The caller's rules, newest first."""
    account = viewer.required()
    rules = await services.notices.rules.of(account)
    return RuleList(items=tuple(map(_line, rules)), channels=services.notices.rules.channels(account))


@post("/api/v1/notifications/rules", status_code=201)
async def add_rule(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> RuleLine:
    """Add a rule; needs X-CSRF-Token. 403 for a channel that the tier does not include."""
    account = viewer.required()
    require_own(request, services)
    sent = await json_body(request, RuleWanted)
    return _line(await services.notices.rules.add(account, sent, sent.channels))


@delete("/api/v1/notifications/rules/{rule_id:str}", status_code=204)
async def remove_rule(
    rule_id: FromPath[str], request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> None:
    """Remove a rule of one's own; needs X-CSRF-Token. 404 for any other."""
    account = viewer.required()
    require_own(request, services)
    await services.notices.rules.remove(account, rule_id)


NOTICE_API: tuple[HTTPRouteHandler, ...] = (list_notices, mark_read, list_rules, add_rule, remove_rule)


def _line(rule: NoticeRule) -> RuleLine:
    wanted = {name: getattr(rule.filter, name) for name in NoticeFilter.__struct_fields__}
    at = rule.created_at.isoformat()
    return RuleLine(rule_id=rule.rule_id, created_at=at, channels=rule.channels, **wanted)
