"""Errors as RFC 9457 problem details, or as a page for a person; never with internals."""

from __future__ import annotations

import traceback
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Template
from litestar.types import ExceptionHandler

from argo_core.errors import DataError, StoreError
from argo_server.services import Services
from argo_server.web.queries import AnyRequest
from argo_server.web.views.shell import shell_view

PROBLEM_TYPE = "application/problem+json"
INTERNAL = "the request could not be answered; the server's log says why"

log = structlog.get_logger(__name__)


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457 section 3; `code` is ours, stable and machine-readable."""

    title: str
    status: int
    detail: str
    code: str | None = None


def problem_of(error: Exception) -> Problem:
    """What the caller may know of an error. Only errors of theirs are told in our words."""
    code: str | None = None
    if isinstance(error, DataError):
        status, detail, code = HTTPStatus.BAD_REQUEST, str(error), error.code
    elif isinstance(error, HTTPException) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        status, code = HTTPStatus(error.status_code), _code_of(error)
        detail = error.detail if code else status.description or error.detail
    elif isinstance(error, StoreError):
        status, detail = HTTPStatus.SERVICE_UNAVAILABLE, "the database did not answer; try again"
    else:
        status, detail = HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL
    return Problem(title=status.phrase, status=status.value, detail=detail, code=code)


def _code_of(error: HTTPException) -> str | None:
    """Our own word for the refusal; the library's exceptions have none, and their details are not ours."""
    return error.extra.get("code") if isinstance(error.extra, dict) else None


def problem_handlers(services: Services) -> dict[int | type[Exception], ExceptionHandler[Any]]:
    """Exception handlers for the whole application."""

    def answer(request: AnyRequest, error: Exception) -> Response[Any]:
        problem = problem_of(error)
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            # Formatted here: a renderer that prints local variables would print settings too.
            trace = "".join(traceback.format_exception(error))
            log.error("request_failed", method=request.method, path=request.scope["path"], trace=trace)
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
        if "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers:
            shell = shell_view(services.generator.status(), services.clock.now())
            context = {"shell": shell, "problem": problem}
            return Template("problem.html", context=context, status_code=problem.status, headers=headers)
        return Response(problem, status_code=problem.status, media_type=PROBLEM_TYPE, headers=headers)

    return {HTTPException: answer, Exception: answer}
