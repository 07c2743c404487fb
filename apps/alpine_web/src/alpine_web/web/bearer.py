"""Who asks with a key of the API, and whether this address is open to keys: only those that say so are."""

from __future__ import annotations

from http import HTTPStatus

from alpine_core.accounts.api_keys import is_api_key
from alpine_core.accounts.api_tokens import is_access_token
from alpine_core.model import Account, ApiScope
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.operator import AnyConnection

ASK = {"WWW-Authenticate": "Bearer"}
UNKNOWN = "this key is unknown, or was revoked: make another one"
EXPIRED = "this token has expired or was ended: refresh it, or sign in again"
CLOSED = "keys are not taken at this address: sign in"


def key_scope(connection: AnyConnection) -> ApiScope | None:
    """The scope that a key needs for the address that was asked for; None: no key will do."""
    found: ApiScope | None = connection.scope["route_handler"].opt.get("key_scope")
    return found


async def key_account(connection: AnyConnection, services: Services) -> Account | None:
    """Whose key came with the request; None if none came: then cookies count, and only then.

    Raises Refused 401 for a key that does not hold, 403 where keys are not taken or the scope is missing; StoreError.
    """
    kind, _, given = connection.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and is_access_token(given):
        return await _token_account(connection, services, given)
    if kind.lower() != "bearer" or not is_api_key(given):
        return None
    holder = await services.api_keys.holder(given)
    if holder is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, "key_unknown", UNKNOWN, ASK)
    scope = key_scope(connection)
    if scope is None:
        raise Refused(HTTPStatus.FORBIDDEN, "not_for_keys", CLOSED)
    if scope not in holder.scopes:
        told = f"the key may not {scope.value}: it was not made for it, or the tier does not include it any more"
        raise Refused(HTTPStatus.FORBIDDEN, "scope_missing", told)
    return holder.account


async def _token_account(connection: AnyConnection, services: Services, given: str) -> Account:
    """A token stands for the account itself, yet only where programs are meant to come."""
    account = await services.tokens.account(given)
    if account is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, "token_unknown", EXPIRED, ASK)
    if key_scope(connection) is None:
        raise Refused(HTTPStatus.FORBIDDEN, "not_for_keys", CLOSED)
    return account
