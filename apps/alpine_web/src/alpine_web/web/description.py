"""The OpenAPI description as it is served: what the framework finds out, and what only we know of each route."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Litestar
from litestar.connection import Request
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.routes import HTTPRoute

from alpine_core.wire.schemas import schema_json
from alpine_web.web import account_api, admin_api, api_keys, billing_routes, data_pages, token_routes
from alpine_web.web.admin_queries import AlarmFilter, EventFilter, UserFilter
from alpine_web.web.health_levels import LevelQuery
from alpine_web.web.ledger_api import ConsistencyQuery, EntriesQuery, InclusionQuery
from alpine_web.web.notice_api import NoticeQuery, Read, RuleWanted
from alpine_web.web.problems import PROBLEM_TYPE, Problem
from alpine_web.web.queries import HistoryFilter, SignalFilter
from alpine_web.web.schema_routes import BODIES
from alpine_web.web.sign_in import Credentials
from alpine_web.web.simulator import SimulatorQuery
from alpine_web.web.webhook_api import DeliveryQuery, EndpointWanted

SYNC = re.compile(r"/api/v1/[a-z-]+/sync/([a-z]+)")
SESSION, BEARER = "Session", "Bearer"
OF_SIGN_IN = (
    "from POST /api/auth/login; without the prefix on loopback over http, `__Secure-` within a host application"
)
SECURITY_SCHEMES = {
    SESSION: {"type": "apiKey", "in": "cookie", "name": "__Host-alpine_session", "description": OF_SIGN_IN},
    BEARER: {"type": "http", "scheme": "bearer", "description": "what a program sends"},
}
QUERIES: Mapping[str, type[msgspec.Struct]] = {
    "/signals/subscribed": SignalFilter,
    "/signals/history": HistoryFilter,
    "/ledger/proof/inclusion": InclusionQuery,
    "/ledger/proof/consistency": ConsistencyQuery,
    "/ledger/entries": EntriesQuery,
    "/api/v1/simulator": SimulatorQuery,
    "/admin/users": UserFilter,
    "/admin/events": EventFilter,
    "/admin/alarms": AlarmFilter,
    "/api/v1/health": LevelQuery,
    "/api/v1/notifications": NoticeQuery,
    "/api/v1/webhooks/deliveries": DeliveryQuery,
}
"""By the end of the address: what may stand behind the question mark."""

BODY_SHAPES: Mapping[str, type[msgspec.Struct]] = {
    "/auth/login": Credentials,
    "/auth/signup": Credentials,
    "/auth/verify-email": account_api.LinkToken,
    "/auth/password-reset": account_api.Address,
    "/auth/password-reset/confirm": account_api.NewPassword,
    "/auth/2fa/enable": account_api.Present,
    "/auth/2fa/verify": account_api.CodeGiven,
    "/auth/2fa/disable": account_api.PresentAndCode,
    "/auth/refresh": token_routes.Held,
    "/auth/tokens/end": token_routes.Held,
    "/users/me": account_api.MeChanged,
    "/users/me/export": data_pages.Evidence,
    "/users/me/delete": data_pages.Evidence,
    "/admin/users/{account_id}/{act}": admin_api.Act,
    "/payments/checkout": billing_routes.Wanted,
    "/api/v1/api-keys": api_keys.Wanted,
    "/api/v1/notifications/read": Read,
    "/api/v1/notifications/rules": RuleWanted,
    "/api/v1/webhooks": EndpointWanted,
}
"""By the end of the address: what is sent there."""

PUBLIC = re.compile(r"/health$|/payments/webhook$|/api/v1/ledger/|/evidence$|/auth/")
ALWAYS = (400, 421, 429, 503)
SENT = (403, 408, 413)
ANY_PROOF = (401, 403)  # a key that does not hold, or that is not taken here: also where nobody has to show any
STATUSES: Mapping[str, tuple[int, ...]] = {
    "/sync/signal": (401, 409, 422),
    "/sync/signals": (401, 422),
    "/sync/outcomes": (401, 422),
    "/sync/realised": (401, 422),
    "/sync/marks": (401, 422),
    "/sync/check": (401, 422),
    "/sync/checkpoint": (401, 403, 404, 409, 422),
    "/sync/health": (),
    "/auth/login": (401,),
    "/auth/logout": (401,),
    "/signals/subscribed": (401,),
    "/signals/history": (401,),
    "/signals/{signal_id}": (401, 404),
    "/signals/{signal_id}/marks": (401, 404),
    "/signals/{signal_id}/evidence": (404,),
    "/api/v1/simulator": (401,),
    "/ledger/checkpoint": (404,),
    "/ledger/proof/inclusion": (404,),
    "/ledger/proof/consistency": (404,),
    "/ledger/entries": (404,),
    "/ledger/policy": (),
    "/ledger/completeness": (),
    "/ledger/findings": (),
    "/ledger/export": (404,),
    "/ledger/realised/{trade_id}": (404,),
    "/api/v1/health": (403,),
    "/health": (),
    "/admin/overview": (401, 404),
    "/admin/users": (401, 404),
    "/admin/users/{account_id}": (401, 404),
    "/admin/users/{account_id}/{act}": (401, 403, 404, 422),
    "/admin/events": (401, 404),
    "/admin/alarms": (401, 404),
    "/payments/checkout": (401, 403, 422),
    "/payments/portal": (401, 403, 422),
    "/payments/webhook": (404,),
    "/api/v1/subscriptions": (401,),
    "/users/me/export": (401, 403, 422),
    "/users/me/delete": (401, 403, 422),
    "/api/v1/notifications": (401, 403),
    "/notifications/read": (401,),
    "/notifications/rules": (401,),
    "/notifications/rules/{rule_id}": (401, 404),
    "/api/v1/webhooks": (401, 403),
    "/api/v1/webhooks/{endpoint_id}": (401, 404),
    "/webhooks/{endpoint_id}/rotate": (401, 404),
    "/webhooks/{endpoint_id}/test": (401, 404),
    "/webhooks/deliveries": (401, 403),
    "/webhooks/deliveries/{delivery_id}/replay": (401, 404),
}
"""By the end of the address: with which statuses it refuses, beside ALWAYS and, where something is sent, SENT."""

MEDIA = {"/ledger/policy": "text/plain", "/ledger/export": "application/jsonl"}
"""By the end of the address: what an answer is that is no JSON."""

RETRY_AFTER = {"description": "seconds", "required": True, "schema": {"type": "integer", "minimum": 0}}
UNLISTED = (401, 403, 404, 409, 413, 422, 429)
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


class DescriptionPlugin(JsonRenderPlugin):
    """Serves the completed description; it is completed once."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The description as JSON."""
        if "Problem" not in openapi_schema.get("components", {}).get("schemas", {}):
            complete(openapi_schema, _taking_keys(request.app))
        return super().render(request, openapi_schema)


def _taking_keys(app: Litestar) -> frozenset[tuple[str, str]]:
    """Address and method of what a program may ask with a key."""
    return frozenset(
        (route.path_format, method.lower())
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.opt.get("key_scope")
        for method in handler.http_methods
    )


def complete(schema: dict[str, Any], taking_keys: frozenset[tuple[str, str]]) -> None:
    """Add to every operation its summary, parameters, body, refusals and who may call it. Changes `schema`."""
    components = schema.setdefault("components", {})
    components.setdefault("schemas", {}).update(_components())
    components["schemas"] = _without_anything(components["schemas"])
    components.setdefault("securitySchemes", {}).update(SECURITY_SCHEMES)
    for path, method, operation in operations(schema):
        _complete_one(path, method, operation)
        if "security" not in operation:
            keyed: list[dict[str, list[str]]] = [{BEARER: []}] if (path, method) in taking_keys else []
            operation["security"] = [] if PUBLIC.search(path) else [{SESSION: []}, *keyed]


def _without_anything(part: Any) -> Any:
    """The framework says of a tuple of any length that anything may stand in it too."""
    if isinstance(part, dict):
        kept = [each for each in part.get("oneOf", ()) if each]
        return kept[0] if len(kept) == 1 else {name: _without_anything(each) for name, each in part.items()}
    return [_without_anything(each) for each in part] if isinstance(part, list) else part


def operations(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each address with its methods."""
    for path, item in schema["paths"].items():
        for method in _METHODS & item.keys():
            yield path, method, item[method]


def _complete_one(path: str, method: str, operation: dict[str, Any]) -> None:
    text = operation.get("description", "")
    operation["summary"] = re.split(r"[.:;] |\.$", " ".join(text.split()), maxsplit=1)[0] or operation["summary"]
    shape = _ending(QUERIES, path)
    if shape is not None:
        operation["parameters"] = [*operation.get("parameters", []), *_parameters(shape)]
    body = _body(path, method)
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    media = _ending(MEDIA, path)
    if media is not None:
        operation["responses"]["200"]["content"] = {media: {"schema": {"type": "string"}}}
    proofs: tuple[int, ...] = () if "security" in operation or path.endswith("/health") else ANY_PROOF
    for status in (*_statuses(path, method), *proofs):
        operation["responses"][str(status)] = _refusal(status)
    if path == "/api/v1/health":
        operation["responses"]["503"] = {**operation["responses"]["200"], "description": "A check failed"}
    if path == "/health":
        operation["responses"]["503"] = {**operation["responses"]["200"], "description": "The database is away"}


def _statuses(path: str, method: str) -> tuple[int, ...]:
    known = _ending(STATUSES, path)
    sent = () if method == "get" else SENT
    return (*ALWAYS, *sent, *(UNLISTED if known is None else known))


def _ending(table: Mapping[str, Any], path: str) -> Any:
    return next((found for end, found in table.items() if path.endswith(end)), None)


def _body(path: str, method: str) -> dict[str, Any] | None:
    shape = _ending(BODY_SHAPES, path) if method in ("post", "patch") else None
    if shape is not None:
        return dict(_shape(shape))  # in its place: other shapes may have the same name
    found = SYNC.fullmatch(path)
    if found is None or method != "post":
        return None
    name = "signal" if found[1] == "check" else found[1]
    known = BODIES.get(f"{name}.json")
    return None if known is None else dict(msgspec.json.decode(schema_json(known)))


def _refusal(status: int) -> dict[str, Any]:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    refusal: dict[str, Any] = {"description": HTTPStatus(status).phrase, "content": {PROBLEM_TYPE: problem}}
    return {**refusal, "headers": {"Retry-After": RETRY_AFTER}} if status in (429, 503) else refusal


def _parameters(shape: type[msgspec.Struct]) -> list[dict[str, Any]]:
    told = _shape(shape)
    return [
        {"name": name, "in": "query", "required": name in told.get("required", ()), "schema": schema}
        for name, schema in told["properties"].items()
    ]


def _shape(shape: type[msgspec.Struct]) -> dict[str, Any]:
    return dict(_parts(shape)[shape.__name__])


@lru_cache(maxsize=1)
def _components() -> dict[str, Any]:
    found = dict(_parts(Problem))
    for shape in (*BODY_SHAPES.values(), *QUERIES.values()):
        found |= {name: part for name, part in _parts(shape).items() if name != shape.__name__}
    return found


def _parts(shape: type[msgspec.Struct]) -> Mapping[str, Any]:
    return msgspec.json.schema_components([shape], ref_template="#/components/schemas/{name}")[1]
