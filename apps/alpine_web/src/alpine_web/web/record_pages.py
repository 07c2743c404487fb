"""Pages for those who do not want to believe: verify a bundle, and how complete the record is. Without an account."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from alpine_core.verify.monitor import RULES
from alpine_web.services import Services
from alpine_web.web.pages import page
from alpine_web.web.site import Site
from alpine_web.web.viewer import Viewer

SHOWN_SEALED = 50
SHOWN_FINDINGS = 50


@get("/verify", include_in_schema=False)
async def verify_page(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """Verifies bundles in the reader's browser; asks nothing of the server once it is loaded."""
    return page(site, "verify.html", viewer=viewer, policy=services.public_log.policy_text)


@get("/track-record", include_in_schema=False)
async def track_record(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """How complete the record is, counted from the mirrored log, and what it came to."""
    record = await services.record.reckon()
    return page(
        site,
        "track_record.html",
        viewer=viewer,
        record=record,
        policy=services.public_log.policy_text,
        logs=await services.public_log.states(viewer.now),
        split_views=await services.public_log.split_views(),
        realised=await services.realised.figures(),
        rules=RULES,
        shown_sealed=SHOWN_SEALED,
        shown_findings=SHOWN_FINDINGS,
    )


RECORD_PAGES: tuple[HTTPRouteHandler, ...] = (verify_page, track_record)
