"""What the external signal provider delivers. Each answer is given when it is on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import SecurityRequirement

from alpine_core.errors import NotProven, SenderError
from alpine_core.intake import LedgerReceipt
from alpine_core.model import AlarmKind, MarkReceipt, Receipt, ReceiptStatus
from alpine_core.model.trace import TRACEPARENT, read_traceparent
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.alarm_bell import ring, ring_for_marks, ring_for_trades
from alpine_web.web.delivery_body import BATCH_BYTES, SIGNAL_BYTES, delivered_body
from alpine_web.web.problems import Problem, problem_answer
from alpine_web.web.static_files import AnyRequest

SYNC = "/api/v1/external-signals/sync"
KEY_NEEDED: list[SecurityRequirement] = [{"ProviderKey": []}]
STATUS_OF = {
    ReceiptStatus.ACCEPTED: HTTPStatus.CREATED,
    ReceiptStatus.DUPLICATE: HTTPStatus.CONFLICT,
    ReceiptStatus.CONFLICT: HTTPStatus.CONFLICT,
    ReceiptStatus.REFUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
}
CHECKPOINT_STATUS = {
    "bad_log_signature": HTTPStatus.FORBIDDEN,
    "unknown_origin": HTTPStatus.NOT_FOUND,
    "old_larger": HTTPStatus.BAD_REQUEST,
}
DETAILS = {
    ReceiptStatus.DUPLICATE: "this signal is stored already, with the same hash: nothing to do",
    ReceiptStatus.CONFLICT: "another content is stored under this signal_id and stands: an alarm was raised",
    ReceiptStatus.REFUSED: "a rule refuses this signal",
}


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """`signal_id` and `alpine_signal_id` are our number; `external_signal_id` is the provider's name.

    `cosignatures`: lines for the log's checkpoint, where the witness has advanced.
    """

    status: str
    message: str
    signal_id: int | None
    alpine_signal_id: int | None
    external_signal_id: str
    cosignatures: tuple[str, ...] = ()


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a batch. `status`: accepted, duplicate, conflict or refused; `code` names the rule that refused."""

    signal_id: str
    status: str
    code: str | None
    alpine_signal_id: int | None


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """In the order of what was sent."""

    results: tuple[Result, ...]
    cosignatures: tuple[str, ...] = ()


class RealisedResult(msgspec.Struct, frozen=True, kw_only=True):
    """One trade of a batch; members as in `Result`."""

    trade_id: str
    status: str
    code: str | None


class RealisedResults(msgspec.Struct, frozen=True, kw_only=True):
    """In the order of what was sent."""

    results: tuple[RealisedResult, ...]


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider may ask before it delivers."""

    status: str
    service: str
    endpoint: str


@post(f"{SYNC}/signal", status_code=201, security=KEY_NEEDED)
async def receive_signal(request: AnyRequest, services: NamedDependency[Services]) -> Response[Any]:
    """One signal: 201 new, 409 known, 400 not readable or hash wrong, 422 refused by a rule."""
    receipt = await deliver_signal(request, services)
    return delivered_answer(receipt, delivered_fields(receipt))


@post(f"{SYNC}/signals", status_code=200, security=KEY_NEEDED)
async def receive_signals(request: AnyRequest, services: NamedDependency[Services]) -> Results:
    """Up to 1,000 signals, a status each; partial success is normal."""
    body = await delivered_body(request, services, BATCH_BYTES)
    with _measured(request, services, "signals"):
        receipts = await services.intake.signals(body)
    ring(services.metrics, AlarmKind.SIGNAL_CONFLICT, receipts)
    return _results(services, "signals", receipts)


@post(f"{SYNC}/outcomes", status_code=200, security=KEY_NEEDED)
async def receive_outcomes(request: AnyRequest, services: NamedDependency[Services]) -> Results:
    """How signals ended; the first outcome of a signal stands."""
    body = await delivered_body(request, services, BATCH_BYTES)
    with _measured(request, services, "outcomes"):
        receipts = await services.intake.outcomes(body)
    ring(services.metrics, AlarmKind.OUTCOME_CONFLICT, receipts)
    return _results(services, "outcomes", receipts)


@post(f"{SYNC}/realised", status_code=200, security=KEY_NEEDED)
async def receive_realised(request: AnyRequest, services: NamedDependency[Services]) -> RealisedResults:
    """What accounts made of signals; the first statement on a trade stands."""
    body = await delivered_body(request, services, BATCH_BYTES)
    with _measured(request, services, "realised"):
        receipts = await services.realised_intake.realised(body)
    for receipt in receipts:
        services.metrics.count("realised", receipt.status.value)
    ring_for_trades(services.metrics, receipts)
    found = [RealisedResult(trade_id=one.trade_id, status=one.status.value, code=one.code) for one in receipts]
    return RealisedResults(results=tuple(found))


@post(f"{SYNC}/marks", status_code=200, security=KEY_NEEDED)
async def receive_marks(request: AnyRequest, services: NamedDependency[Services]) -> MarkReceipt:
    """Bars for charts, kept apart and not covered by the proof; the first bar of a name stands."""
    body = await delivered_body(request, services, BATCH_BYTES)
    with _measured(request, services, "marks"):
        receipt = await services.intake.marks(body)
    counts = (receipt.stored, receipt.duplicates, receipt.conflicts)
    for status, items in zip(STATUS_OF, counts, strict=False):  # in this order: accepted, duplicate, conflict
        services.metrics.count("marks", status.value, items)
    ring_for_marks(services.metrics, receipt)
    return receipt


@post(f"{SYNC}/checkpoint", status_code=200, security=KEY_NEEDED)
async def receive_checkpoint(request: AnyRequest, services: NamedDependency[Services]) -> LedgerReceipt:
    """A checkpoint of the provider's log, with entries for the mirror: 200 with our cosignatures, 403 signature wrong,
    404 log not pinned, 409 other size expected, 422 the log shows two histories, or does not hold."""
    body = await delivered_body(request, services, BATCH_BYTES)
    with _measured(request, services, "checkpoint"):
        try:
            receipt = await services.mirroring.checkpoint(body)
        except NotProven as error:
            if error.code not in CHECKPOINT_STATUS:
                raise
            raise Refused(CHECKPOINT_STATUS[error.code], error.code, str(error)) from error
    services.metrics.count("checkpoint", ReceiptStatus.ACCEPTED.value)
    return receipt


@post(f"{SYNC}/check", status_code=200, security=KEY_NEEDED)
async def check_signal(request: AnyRequest, services: NamedDependency[Services]) -> dict[str, str]:
    """A dry run: the signal is verified as for delivery and not stored."""
    body = await delivered_body(request, services, SIGNAL_BYTES)
    return {"status": "verified", "verification_hash": services.dry_check.hash_of(body)}


@get(f"{SYNC}/health", sync_to_thread=False)
def sync_health() -> Ready:
    """Whether deliveries are taken here."""
    return Ready(status="healthy", service="alpine", endpoint=f"{SYNC}/signal")


DELIVERY_ROUTES: tuple[HTTPRouteHandler, ...] = (
    receive_signal,
    receive_signals,
    receive_outcomes,
    receive_realised,
    receive_marks,
    receive_checkpoint,
    check_signal,
    sync_health,
)


async def deliver_signal(request: AnyRequest, services: Services) -> Receipt:
    """Take one signal in. Raises as `delivered_body` and Intake do."""
    body = await delivered_body(request, services, SIGNAL_BYTES)
    with _measured(request, services, "signal"):
        receipt = await services.intake.signal(body)
    _count(services, "signal", receipt)
    ring(services.metrics, AlarmKind.SIGNAL_CONFLICT, [receipt])
    return receipt


def delivered_fields(receipt: Receipt) -> Delivered:
    """What a new signal is answered with."""
    return Delivered(
        status="success",
        message="verified and stored",
        signal_id=receipt.alpine_signal_id,
        alpine_signal_id=receipt.alpine_signal_id,
        external_signal_id=receipt.signal_id,
        cosignatures=receipt.cosignatures,
    )


def delivered_answer(receipt: Receipt, fields: msgspec.Struct) -> Response[Any]:
    """`fields` for a new signal, problem details for one that is known or refused."""
    status = STATUS_OF[receipt.status]
    if status is HTTPStatus.CREATED:
        return Response(fields, status_code=status)
    problem = Problem(
        title=status.phrase,
        status=status,
        detail=receipt.message or DETAILS[receipt.status],
        code=receipt.code or receipt.status.value,
        signal_id=receipt.signal_id,
        alpine_signal_id=receipt.alpine_signal_id,
    )
    return problem_answer(problem)


@contextmanager
def _measured(request: AnyRequest, services: Services, kind: str) -> Iterator[None]:
    """Time a delivery whose body was read, as a step of the trace that its sender names, and count it if it is refused
    as a whole."""
    sent_by = read_traceparent(request.headers.get(TRACEPARENT))
    with services.metrics.delivery(kind), services.tracer.span("intake", parent=sent_by, kind=kind) as span:
        try:
            yield
        except SenderError as error:
            span.note(code=error.code)
            services.metrics.count(kind, ReceiptStatus.REFUSED.value)
            services.metrics.count_rejection(kind, error.code)
            raise


def _results(services: Services, kind: str, receipts: Sequence[Receipt]) -> Results:
    for receipt in receipts:
        _count(services, kind, receipt)
    lines = tuple(line for receipt in receipts for line in receipt.cosignatures)
    return Results(results=tuple(map(_result, receipts)), cosignatures=lines)


def _count(services: Services, kind: str, receipt: Receipt) -> None:
    services.metrics.count(kind, receipt.status.value)
    if receipt.code is not None:
        services.metrics.count_rejection(kind, receipt.code)


def _result(receipt: Receipt) -> Result:
    return Result(
        signal_id=receipt.signal_id,
        status=receipt.status.value,
        code=receipt.code,
        alpine_signal_id=receipt.alpine_signal_id,
    )
