"""Errors as RFC 9457 problem details, or as a page for a person; never with internals."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import MediaType, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandler

from alpine_core.errors import (
    AccountRefused,
    NotEntitled,
    NotProven,
    NotThere,
    OldSize,
    PaymentAway,
    ProofMissing,
    ReaderError,
    RuleBroken,
    SenderError,
    StoreError,
    TooLarge,
    TooManyAttempts,
)
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import SignInNeeded, Viewer, viewer_known

PROBLEM_TYPE = "application/problem+json"
INTERNAL = "the request could not be answered; the server's log says why"
RETRY_SECONDS = "1"
# What somebody gets who tries what is not theirs, or too often. A page that asks to sign in is no such thing.
TURNED_AWAY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)

# The first family that fits decides: particular ones stand before general ones.
STATUS_OF = (
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (RuleBroken, HTTPStatus.UNPROCESSABLE_ENTITY),
    (OldSize, HTTPStatus.CONFLICT),
    (NotProven, HTTPStatus.UNPROCESSABLE_ENTITY),
    (SenderError, HTTPStatus.BAD_REQUEST),
    (NotThere, HTTPStatus.NOT_FOUND),
    (NotEntitled, HTTPStatus.FORBIDDEN),
    (ReaderError, HTTPStatus.BAD_REQUEST),
    (TooManyAttempts, HTTPStatus.TOO_MANY_REQUESTS),
    (ProofMissing, HTTPStatus.FORBIDDEN),
    (AccountRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
)

log = structlog.get_logger(__name__)


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457 section 3. `code` is ours, stable and machine-readable; the ids name what is stored already.

    `size` and `mirrored`: where witness and mirror of the log stand, for `old_size`.
    """

    type: str = msgspec.field(default="about:blank", name="type")
    title: str
    status: int
    detail: str
    code: str | None = None
    signal_id: str | None = None
    alpine_signal_id: int | None = None
    size: int | None = None
    mirrored: int | None = None


def problem_of(error: Exception) -> Problem:
    """What the caller may know of an error. Only errors of theirs are told in our words."""
    for family, status in STATUS_OF:
        if isinstance(error, family):
            problem = _problem(status, str(error), getattr(error, "code", None))
            places = {name: getattr(error, name, None) for name in ("size", "mirrored")}
            return msgspec.structs.replace(problem, **places)
    if isinstance(error, Refused):
        return _problem(error.status, str(error), error.code)
    if isinstance(error, StoreError):
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "the database did not answer; try again", "store_unavailable")
    if isinstance(error, PaymentAway):
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), "payment_away")
    if isinstance(error, HTTPException) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        status = HTTPStatus(error.status_code)
        return _problem(status, status.description or status.phrase)
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL)


def problem_answer(problem: Problem, headers: dict[str, str] | None = None) -> Response[bytes]:
    """The problem as the answer to a program."""
    body = msgspec.json.encode({"type": problem.type, **msgspec.to_builtins(problem)})
    return Response(body, status_code=problem.status, media_type=PROBLEM_TYPE, headers=headers or {})


def problem_handlers(source: Callable[[], Services], site: Site) -> dict[int | type[Exception], ExceptionHandler[Any]]:
    """Exception handlers for every route of ours."""

    def answer(request: AnyRequest, error: Exception) -> Response[Any]:
        problem = problem_of(error)
        headers = dict(error.headers or {}) if isinstance(error, HTTPException | Refused) else {}
        if isinstance(error, TooManyAttempts):
            headers["Retry-After"] = str(error.retry_after_seconds)
        if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = RETRY_SECONDS
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            # Formatted here: a renderer that prints local variables would print secrets too.
            trace = "".join(traceback.format_exception(error))
            log.error("request_failed", method=request.method, path=request.scope["path"], trace=trace)
        if problem.status in TURNED_AWAY:
            _tell_turned_away(request, problem)
        if not site.pages or not _is_for_a_person(request):
            return problem_answer(problem, headers)
        viewer = viewer_known(request) or Viewer(None, "", "", "", source().clock.now())
        page = site.render("problem.html", viewer=viewer, problem=problem)
        return Response(page, status_code=problem.status, media_type=MediaType.HTML, headers=headers)

    def ask_to_sign_in(request: AnyRequest, error: SignInNeeded) -> Response[Any]:
        if site.pages and _is_for_a_person(request):
            return Redirect(site.link(f"/login?next={error.after}"), status_code=303)
        return problem_answer(_problem(HTTPStatus.UNAUTHORIZED, "sign in first, then ask again"))

    return {SignInNeeded: ask_to_sign_in, HTTPException: answer, Exception: answer}


def _tell_turned_away(request: AnyRequest, problem: Problem) -> None:
    viewer = viewer_known(request)
    account = None if viewer is None or viewer.account is None else viewer.account.account_id
    host = request.client.host if request.client else ""
    who = {"account_id": account, "address": host}
    log.warning("turned_away", status=problem.status, code=problem.code, path=request.scope["path"], **who)


def _problem(status: HTTPStatus, detail: str, code: str | None = None) -> Problem:
    return Problem(title=status.phrase, status=status.value, detail=detail, code=code)


def _is_for_a_person(request: AnyRequest) -> bool:
    return "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers
