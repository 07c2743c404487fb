"""Every route of the application, and how a stranger to a signal would use it to learn of it.

A route is asked as the table says; one that only reads and whose parameters are known may be missing there: then it is
asked in every way that there is. Any other route that is not in the table is an error.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from litestar import Litestar
from litestar.routes import ASGIRoute, HTTPRoute, WebSocketRoute

from alpine_core.testing.sample_log import SAMPLE_ORIGIN

STREAMED = ("/stream/signals", "/stream/rows")
SOCKETS = ("/ws/signals",)
DIGEST = hashlib.sha256(SAMPLE_ORIGIN.encode()).hexdigest()
SYNC = "/api/v1/external-signals/sync"
LEDGER = "/api/v1/ledger"
ACCOUNT_ACTS = (
    "signup", "verify-email", "password-reset", "password-reset/confirm", "2fa/enable", "2fa/verify", "2fa/disable",
)  # fmt: skip
ACCOUNT_FORMS = (
    "/account/profile", "/account/password", "/account/email", "/account/second-factor",
    "/account/second-factor/confirm", "/account/second-factor/codes", "/account/second-factor/disable",
    "/account/sessions/revoke", "/account/sessions/revoke-others", "/signup", "/verify-email", "/reset",
    "/reset/password", "/login/code", "/account/billing/checkout", "/account/billing/portal", "/account/data/export",
    "/account/data/delete", "/admin/view-as", "/admin/view-as/end",
    "/account/notifications", "/account/webhooks", "/notifications/read",
    "/reports/mail",
)  # fmt: skip
WEBHOOK_ACTS = (
    ("{endpoint_id:str}", "e-1", "test"),
    ("{endpoint_id:str}", "e-1", "rotate"),
    ("deliveries/{delivery_id:str}", "deliveries/d-1", "replay"),
)
_PARAMETER = re.compile(r"\{(\w+):\w+\}")


class Ask(NamedTuple):
    """One request. `body` is JSON text, or a form where it begins with none."""

    method: str
    path: str
    query: str = ""
    body: str = ""


class Clues(NamedTuple):
    """What somebody may try: names of signals, symbols, strategies and words of reasonings that may be there or not."""

    signal_ids: Sequence[str]
    symbols: Sequence[str]
    searches: Sequence[str]

    @property
    def filters(self) -> list[str]:
        """Queries that look for something by what it says."""
        asked = ["", "limit=1", "limit=2", "before=3", "outcome=open", "outcome=win", "action=BUY", "regime=BULL"]
        asked += ["action=BUY&limit=1", "min_confidence=95&limit=1", "search=because&limit=1"]
        asked += ["min_confidence=95", "min_confidence=95.1", "min_confidence=0", "outcome=open&limit=1"]
        asked += [f"symbol={each}" for each in self.symbols] + [f"search={each}" for each in self.searches]
        return asked

    @property
    def sorts(self) -> list[str]:
        """Queries that order by what is said."""
        return [
            f"sort={by}&limit=1&page={page}" for by in ("confidence", "symbol", "result", "oldest") for page in (1, 2)
        ]

    @property
    def plans(self) -> list[str]:
        """Queries about what a follower would have got."""
        asked = ["", "delay_seconds=0", "min_confidence=95", "max_confidence=94.9", "regime=BULL", "max_open=1"]
        return asked + [f"symbols={each}" for each in self.symbols]

    @property
    def records(self) -> list[str]:
        """Queries about what has ended."""
        asked = ["", "min_confidence=95", "max_confidence=94.9", "action=BUY", "regime=BULL", "cost_pct=1", "page=2"]
        return asked + [f"symbols={each}" for each in self.symbols]


# What no tier decides about: it needs the provider's key, or says nothing of any signal.
WITHOUT_TIER: Mapping[tuple[str, str], Sequence[Ask]] = {
    **{
        ("POST", f"{SYNC}/{name}"): [Ask("POST", f"{SYNC}/{name}", body="{}")]
        for name in ("signal", "signals", "outcomes", "realised", "marks", "checkpoint", "check")
    },
    ("POST", "/api/v1/argo/sync/signal"): [Ask("POST", "/api/v1/argo/sync/signal", body="{}")],
    ("POST", "/ledger/add-checkpoint"): [Ask("POST", "/ledger/add-checkpoint", body="{}")],
    ("POST", "/api/auth/login"): [Ask("POST", "/api/auth/login", body='{"email":"x@x.example","password":"x"}')],
    ("POST", "/api/v1/auth/login"): [Ask("POST", "/api/v1/auth/login", body='{"email":"x@x.example","password":"x"}')],
    ("POST", "/api/auth/logout"): [Ask("POST", "/api/auth/logout")],
    ("POST", "/api/v1/auth/logout"): [Ask("POST", "/api/v1/auth/logout")],
    **{
        (method, path): [Ask(method, path, body="{}")]
        for prefix in ("/api", "/api/v1")
        for method, path in [
            *(("POST", f"{prefix}/auth/{act}") for act in ACCOUNT_ACTS),
            *([("PATCH", f"{prefix}/users/me")] if prefix == "/api/v1" else []),
        ]
    },
    **{("POST", path): [Ask("POST", path, body="form_token=x")] for path in ACCOUNT_FORMS},
    ("POST", "/api/v1/api-keys"): [Ask("POST", "/api/v1/api-keys", body="{}")],
    ("DELETE", "/api/v1/api-keys/{key_id:str}"): [Ask("DELETE", "/api/v1/api-keys/k-1")],
    ("POST", "/account/api-keys"): [Ask("POST", "/account/api-keys", body="form_token=x")],
    ("POST", "/account/api-keys/{key_id:str}/revoke"): [
        Ask("POST", "/account/api-keys/k-1/revoke", body="form_token=x")
    ],
    **{
        ("POST", path): [Ask("POST", path, body="{}")]
        for path in (
            "/api/auth/refresh",
            "/api/v1/auth/refresh",
            "/api/v1/auth/tokens",
            "/api/v1/auth/tokens/end",
        )
    },
    **{
        ("POST", path): [Ask("POST", path, body="{}")]
        for path in (
            "/api/v1/payments/checkout",
            "/api/v1/payments/portal",
            "/api/v1/payments/webhook",
            "/api/v1/users/me/export",
            "/api/v1/users/me/delete",
        )
    },
    **{
        ("GET", path): [Ask("GET", path)]
        for path in (
            "/account/billing",
            "/account/data",
            "/admin",
            "/admin/alarms",
            "/admin/events",
            "/admin/tiers",
            "/admin/users",
            "/api/v1/admin/alarms",
            "/api/v1/admin/events",
            "/api/v1/admin/overview",
            "/api/v1/admin/users",
            "/api/v1/subscriptions",
        )
    },
    ("GET", "/api/v1/admin/users/{account_id:str}"): [Ask("GET", "/api/v1/admin/users/none")],
    ("POST", "/api/v1/admin/users/{account_id:str}/{act:str}"): [
        Ask("POST", "/api/v1/admin/users/none/lock", body="{}")
    ],
    ("GET", "/admin/users/{account_id:str}"): [Ask("GET", "/admin/users/none")],
    ("POST", "/admin/users/{account_id:str}/{act:str}"): [Ask("POST", "/admin/users/none/lock", body="form_token=x")],
    ("GET", "/admin/alarms/{alarm_id:int}/evidence"): [Ask("GET", "/admin/alarms/1/evidence")],
    ("POST", "/admin/mails/{mail_id:int}/retry"): [Ask("POST", "/admin/mails/1/retry", body="form_token=x")],
    **{
        ("POST", path): [Ask("POST", path, body='{"limit":1}')]
        for path in ("/api/v1/notifications/read", "/api/v1/notifications/rules", "/api/v1/webhooks")
    },
    **{
        ("GET", path): [Ask("GET", path)]
        for path in ("/account/notifications", "/account/webhooks", "/api/v1/notifications/rules", "/api/v1/webhooks")
    },
    ("DELETE", "/api/v1/notifications/rules/{rule_id:str}"): [Ask("DELETE", "/api/v1/notifications/rules/r-1")],
    ("DELETE", "/api/v1/webhooks/{endpoint_id:str}"): [Ask("DELETE", "/api/v1/webhooks/e-1")],
    **{
        ("POST", f"/api/v1/webhooks/{path}/{act}"): [Ask("POST", f"/api/v1/webhooks/{asked}/{act}", body="{}")]
        for path, asked, act in WEBHOOK_ACTS
    },
    **{
        ("POST", f"/account/webhooks/{path}/{act}"): [
            Ask("POST", f"/account/webhooks/{asked}/{act}", body="form_token=x")
        ]
        for path, asked, act in [*WEBHOOK_ACTS, ("{endpoint_id:str}", "e-1", "remove")]
    },
    ("POST", "/account/notifications/{rule_id:str}/remove"): [
        Ask("POST", "/account/notifications/r-1/remove", body="form_token=x")
    ],
    ("POST", "/login"): [Ask("POST", "/login", body="email=x%40x.example&password=x")],
    ("POST", "/logout"): [Ask("POST", "/logout", body="form_token=x")],
    ("GET", "/login"): [Ask("GET", "/login"), Ask("GET", "/login", "next=/signals/SIG-1")],
    ("GET", "/schema/sync/{name:str}"): [Ask("GET", "/schema/sync/signal.json")],
    ("GET", "/static/{name:path}"): [Ask("GET", "/static/app.css")],
    ("GET", "/schema"): [Ask("GET", "/schema")],
    ("GET", "/schema/openapi.json"): [Ask("GET", "/schema/openapi.json")],
    ("GET", "/schema/{path:str}"): [Ask("GET", "/schema/redoc")],
}


def asks(app: Litestar, clues: Clues) -> list[Ask]:
    """Every request of the table and beyond. Raises AssertionError for a route that nobody knows how to use."""
    known = {**WITHOUT_TIER, **_by_tier(clues)}
    found: list[Ask] = []
    for method, path in routes(app):
        if method in ("STREAM", "SOCKET"):
            assert path in (*STREAMED, *SOCKETS), f"{path}: say in route_drivers how this line is read"
            continue
        given = known.get((method, path))
        found += _guessed(method, path, clues) if given is None else given
    return found


def routes(app: Litestar) -> list[tuple[str, str]]:
    """Method and path of each handler; STREAM and SOCKET for what is no plain request."""
    found: list[tuple[str, str]] = []
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            found += [(method, route.path) for method in sorted(route.methods - {"OPTIONS"})]
        else:
            assert isinstance(route, ASGIRoute | WebSocketRoute)
            found.append(("SOCKET" if isinstance(route, WebSocketRoute) else "STREAM", route.path))
    return found


def _by_tier(clues: Clues) -> dict[tuple[str, str], list[Ask]]:
    listing = [*clues.filters, "limit=500"]
    found = {
        ("GET", path): [Ask("GET", path, query) for query in listing]
        for path in ("/api/v1/signals/subscribed", "/api/v1/signals/history")
    }
    found |= {("GET", path): [Ask("GET", path)] for path in ("/api/signals/subscribed", "/api/signals/history")}
    found["GET", "/signals"] = [Ask("GET", "/signals", query) for query in [*clues.filters, *clues.sorts]]
    found["GET", "/signals/export/{form:str}"] = [
        Ask("GET", f"/signals/export/{form}", query)
        for form in ("csv", "json")
        for query in [*clues.filters, "sort=confidence"]
    ]
    for path in ("/api/v1/simulator", "/simulator", "/simulator/trades.csv"):
        found["GET", path] = [Ask("GET", path, query) for query in clues.plans]
    found["GET", "/backtest"] = [Ask("GET", "/backtest", query) for query in clues.records]
    found["GET", "/backtest/trades/{form:str}"] = [
        Ask("GET", f"/backtest/trades/{form}", query) for form in ("csv", "json") for query in clues.records
    ]
    for path in ("/api/v1/notifications", "/notifications"):
        found["GET", path] = [Ask("GET", path, query) for query in ("", "unread=true", "limit=1", "before=2")]
    found["GET", "/notifications/bell"] = [Ask("GET", "/notifications/bell")]
    for path in ("/api/v1/webhooks/deliveries", "/account/webhooks"):
        found["GET", path] = [Ask("GET", path, query) for query in ("", "state=waiting")]
    found["POST", "/api/v1/receipts"] = [
        Ask("POST", "/api/v1/receipts", body=f'{{"listening_ms":1,"receipts":[{{"alpine_signal_id":{number}}}]}}')
        for number in (1, 2, 99)
    ]
    found["GET", f"{LEDGER}/proof/inclusion"] = [
        Ask("GET", f"{LEDGER}/proof/inclusion", f"index={at}") for at in (1, 2)
    ]
    found["GET", f"{LEDGER}/proof/consistency"] = [Ask("GET", f"{LEDGER}/proof/consistency", "from=1&to=2")]
    found["GET", "/ledger/{digest:str}/checkpoint"] = [Ask("GET", f"/ledger/{DIGEST}/checkpoint")]
    found["GET", "/ledger/tile/{rest:path}"] = [
        Ask("GET", f"/ledger/tile/{rest}") for rest in ("0/000.p/2", "entries/000.p/2")
    ]
    found["GET", "/ledger/{digest:str}/tile/{rest:path}"] = [Ask("GET", f"/ledger/{DIGEST}/tile/entries/000.p/2")]
    return found


def _guessed(method: str, path: str, clues: Clues) -> list[Ask]:
    """For a route that only reads: with every clue for its parameters, or else with every query."""
    values: Mapping[str, Any] = {
        "signal_id": [*clues.signal_ids, "none"],
        "trade_id": ["t-1", "none"],
        "month": ["2026-03", "none"],
    }
    names = _PARAMETER.findall(path)
    assert method == "GET", f"{method} {path}: say in route_drivers how this route is used"
    assert all(name in values for name in names), f"{path}: say in route_drivers what stands for {names}"
    assert len(names) < 2, f"{path}: say in route_drivers what stands for {names}"
    if not names:
        return [Ask("GET", path, query) for query in clues.filters]
    return [Ask("GET", _PARAMETER.sub(value, path)) for value in values[names[0]]]
