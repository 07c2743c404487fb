"""The provider's older names for two addresses: the one module that spells them."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from alpine_web.services import Services
from alpine_web.web.delivery import KEY_NEEDED, Delivered, Ready, deliver_signal, delivered_answer, delivered_fields
from alpine_web.web.static_files import AnyRequest

ALIAS = "/api/v1/argo/sync"


class AliasDelivered(Delivered, frozen=True, kw_only=True):
    """The older name stands beside the newer one."""

    argo_signal_id: str


@post(f"{ALIAS}/signal", status_code=201, security=KEY_NEEDED)
async def receive_signal_by_alias(request: AnyRequest, services: NamedDependency[Services]) -> Response[Any]:
    """As `/api/v1/external-signals/sync/signal`."""
    receipt = await deliver_signal(request, services)
    fields = delivered_fields(receipt)
    shown = {name: getattr(fields, name) for name in fields.__struct_fields__}
    return delivered_answer(receipt, AliasDelivered(**shown, argo_signal_id=fields.external_signal_id))


@get(f"{ALIAS}/health", sync_to_thread=False)
def sync_health_by_alias() -> Ready:
    """As `/api/v1/external-signals/sync/health`."""
    return Ready(status="healthy", service="alpine", endpoint=f"{ALIAS}/signal")


ALIAS_ROUTES: tuple[HTTPRouteHandler, ...] = (receive_signal_by_alias, sync_health_by_alias)
