"""Which channels tell of what, and whether there is anything new to tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from argo_core.model.alert import Alert, Matter, Severity

PAGERDUTY, SLACK, EMAIL, NOTION = "pagerduty", "slack", "email", "notion"
CHANNELS = (PAGERDUTY, SLACK, EMAIL, NOTION)
ROUTES: Mapping[Severity, tuple[str, ...]] = {
    Severity.CRITICAL: (PAGERDUTY, SLACK, EMAIL, NOTION),
    Severity.WARNING: (SLACK, EMAIL, NOTION),
    Severity.INFO: (SLACK, EMAIL, NOTION),
}


def channels_for(alert: Alert, before: Matter | None, configured: Collection[str]) -> tuple[str, ...]:
    """The configured channels that tell it; none where it says nothing new.

    `before` is where its matter stands, None for one that is new. A matter that is open already is told again only with
    another severity; its end is told once, to everybody who heard of it; an end without a beginning is no news.
    """
    route = ROUTES[alert.severity]
    standing = before.alert if before is not None and before.open else None
    if standing is not None and before is not None:
        if not alert.resolved and alert.severity is standing.severity:
            return ()
        route = tuple(name for name in CHANNELS if name in route or name in before.channels)
    elif alert.resolved:
        return ()
    return tuple(name for name in route if name in configured)
