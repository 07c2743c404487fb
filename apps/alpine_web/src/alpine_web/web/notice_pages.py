"""The inbox, its bell, and the rules, as pages that work without scripts."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta

from alpine_core.errors import ReaderError
from alpine_core.model import NoticeChannel, NoticeFilter, RecordKind
from alpine_web.services import Services
from alpine_web.web.account_forms import TokenForm
from alpine_web.web.notice_api import NoticeQuery, Number
from alpine_web.web.own_request import members_form
from alpine_web.web.pages import page
from alpine_web.web.problems import problem_of
from alpine_web.web.queries import decode_query, query_string
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer

Tick = Literal["yes"] | None
REGIMES = ("BULL", "BEAR", "CHOP", "CRISIS", "UNKNOWN")


class ReadForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One notice, or all without its number."""

    number: Number | None = None


class RuleForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new rule. Symbols are parted by commas or blanks; events and ways are boxes that are ticked."""

    symbols: Annotated[str, Meta(max_length=1000)] = ""
    action: Literal["BUY", "SELL"] | None = None
    min_confidence: Annotated[float, Meta(ge=0, le=100)] = 0.0
    regime: Annotated[str, Meta(max_length=64)] | None = None
    premium_only: Tick = None
    signal: Tick = None
    outcome: Tick = None
    in_app: Tick = None
    email: Tick = None
    webhook: Tick = None

    def filter(self) -> NoticeFilter:
        """Which records."""
        return NoticeFilter(
            symbols=tuple(self.symbols.replace(",", " ").upper().split()),
            action=self.action,
            min_confidence=self.min_confidence,
            regime=self.regime,
            premium_only=self.premium_only is not None,
            events=tuple(kind for kind in RecordKind if getattr(self, kind.value)),
        )

    def channels(self) -> tuple[NoticeChannel, ...]:
        """By which ways."""
        return tuple(channel for channel in NoticeChannel if getattr(self, channel.value))


@get("/notifications", include_in_schema=False)
async def inbox(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """What the viewer was told of."""
    account = viewer.required()
    asked = decode_query(request, NoticeQuery)
    found = await services.notices.inbox.page(account, unread=asked.unread, before=asked.before, limit=asked.limit)
    more = None if found.next is None else site.link(f"/notifications?{query_string(asked, before=found.next)}")
    return page(site, "notifications.html", viewer=viewer, found=found, asked=asked, more=more)


@post("/notifications/read", include_in_schema=False, status_code=303)
async def read_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Mark one notice read, or all."""
    sent = await members_form(request, services, viewer, ReadForm)
    numbers = None if sent.number is None else (sent.number,)
    await services.notices.inbox.mark_read(viewer.required(), numbers)
    return Redirect(site.link("/notifications"), status_code=303)


@get("/notifications/bell", include_in_schema=False)
async def bell(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """The number at the bell, which pages ask for after they are there: they themselves wait for no count."""
    unread = await services.notices.inbox.unread(viewer.required())
    return Response(site.render("parts/bell.html", unread=unread), media_type=MediaType.HTML)


@get("/account/notifications", include_in_schema=False)
async def rules_page(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """The rules, and a form for a new one."""
    return await _rules(services, site, viewer, RuleForm(signal="yes", in_app="yes"))


@post("/account/notifications", include_in_schema=False, status_code=303)
async def rule_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Add a rule by the form."""
    sent = await members_form(request, services, viewer, RuleForm)
    try:
        await services.notices.rules.add(viewer.required(), sent.filter(), sent.channels())
    except ReaderError as error:
        return await _rules(services, site, viewer, sent, error)
    return Redirect(site.link("/account/notifications"), status_code=303)


@post("/account/notifications/{rule_id:str}/remove", include_in_schema=False, status_code=303)
async def remove_form(
    rule_id: FromPath[str],
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Remove a rule by the button."""
    await members_form(request, services, viewer, TokenForm)
    await services.notices.rules.remove(viewer.required(), rule_id)
    return Redirect(site.link("/account/notifications"), status_code=303)


NOTICE_PAGES: tuple[HTTPRouteHandler, ...] = (inbox, read_form, bell, rules_page, rule_form, remove_form)


async def _rules(
    services: Services, site: Site, viewer: Viewer, sent: RuleForm, refused: ReaderError | None = None
) -> Response[str]:
    account = viewer.required()
    return page(
        site,
        "notice_rules.html",
        HTTPStatus.OK if refused is None else problem_of(refused).status,
        viewer=viewer,
        rules=await services.notices.rules.of(account),
        channels=services.notices.rules.channels(account),
        every=tuple(NoticeChannel),
        regimes=REGIMES,
        sent=sent,
        refused="" if refused is None else str(refused),
    )
