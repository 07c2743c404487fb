"""The body of a delivery: read only for a known key, never beyond its limit, and checked against its headers."""

from __future__ import annotations

import hashlib
import hmac
from http import HTTPStatus

from alpine_core.errors import SenderError
from alpine_core.verify.content_digest import content_digest_matches
from alpine_core.wire.limits import BATCH_BYTES, SIGNAL_BYTES
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.settings.provider_key import STORED_PROVIDER_KEY
from alpine_web.web.body import limited_body
from alpine_web.web.static_files import AnyRequest

__all__ = ["BATCH_BYTES", "SIGNAL_BYTES", "delivered_body", "known_key"]

KEY_HEADER = "x-api-key"
WRONG_KEY = "the X-API-Key header is missing or wrong: run `alpine sync setup` and give both sides the same key"


async def delivered_body(request: AnyRequest, services: Services, limit: int) -> bytes:
    """The bytes of one delivery, at most `limit`.

    Raises Refused 401 or 429, TooLarge, SenderError `digest_mismatch`, `bad_signature`.
    """
    services.ingest_rate.take(str(await known_key(request, services)))
    body = await limited_body(request, limit)
    digest = request.headers.get("content-digest")
    if digest is not None and not content_digest_matches(digest, body):
        raise SenderError("digest_mismatch", "the Content-Digest header does not match the body: send it again")
    await services.signatures.require(request.headers, body)
    return body


async def known_key(request: AnyRequest, services: Services) -> int:
    """Which of the keys was given; nothing of the body has been read then. Raises Refused 401.

    An unknown one may be new: the store of secrets is asked before it is refused, now and then and not each time.

    Hashes of equal length are compared, each of them and each time: neither the answer nor its time tells whether a
    key was missing, wrong, or nearly right.
    """
    given = _digest(request.headers.get(KEY_HEADER, "").encode("utf-8", "surrogateescape"))
    holds = _compared(given, services)
    if not any(holds) and services.secrets is not None:
        await services.secrets.look_for(STORED_PROVIDER_KEY)
        holds = _compared(given, services)
    if not any(holds):
        raise Refused(HTTPStatus.UNAUTHORIZED, "wrong_key", WRONG_KEY)
    return holds.index(True)


def _compared(given: bytes, services: Services) -> list[bool]:
    return [hmac.compare_digest(given, _digest(key.encode())) for key in services.provider_keys]


def _digest(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()
