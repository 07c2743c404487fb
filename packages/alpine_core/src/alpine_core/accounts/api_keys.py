"""Keys of the API: made once, shown once, held to what the tier of their account allows now."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import msgspec

from alpine_core.errors import NotEntitled, NotThere, OurError, ReaderError
from alpine_core.model.account import Account
from alpine_core.model.api_key import ApiKey
from alpine_core.model.security_event import SecurityEvent, SecurityKind
from alpine_core.model.tier import ApiScope, Tier, TierTerms
from alpine_core.ports.account_store import AccountStore
from alpine_core.ports.api_key_store import ApiKeyStore
from alpine_core.ports.clock import Clock

KEY_PREFIX = "alp_"
SHOWN = 12
MOST_KEYS = 20
LONGEST_NAME = 60
_SECRET_BYTES = 32


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is the only copy there is."""

    key: ApiKey
    text: str


class KeyHolder(msgspec.Struct, frozen=True, kw_only=True):
    """Whose key it is. `scopes`: what the key was made for and the account's tier still allows, perhaps nothing."""

    account: Account
    key: ApiKey
    scopes: frozenset[ApiScope]


def is_api_key(text: str) -> bool:
    """Whether the text has the form of a key; whose, or that it holds, is another question."""
    return text.startswith(KEY_PREFIX)


class ApiKeys:
    """`terms` gives the row of a tier that is in force; `new_secret` 32 random bytes and `new_id` a fresh text at each
    call. Raises StoreError."""

    def __init__(
        self,
        keys: ApiKeyStore,
        accounts: AccountStore,
        clock: Clock,
        *,
        terms: Callable[[Tier], TierTerms],
        new_secret: Callable[[], bytes],
        new_id: Callable[[], str],
    ) -> None:
        self._keys, self._accounts, self._clock = keys, accounts, clock
        self._terms, self._new_secret, self._new_id = terms, new_secret, new_id

    async def create(
        self, account: Account, name: str, scopes: tuple[ApiScope, ...], address: str = "", agent: str = ""
    ) -> NewKey:
        """A new key. Raises NotEntitled for a scope that the tier lacks; ReaderError for no scope, no name, a name of
        more than 60 characters or with control characters, and a twenty-first key."""
        allowed = self._terms(account.tier).api_scopes
        if not set(scopes) <= set(allowed):
            told = f"{account.tier.value} has {', '.join(allowed) or 'no API keys'}: ask for less or a higher tier"
            raise NotEntitled(told)
        label = name.strip()
        if not scopes or not 0 < len(label) <= LONGEST_NAME or not label.isprintable():
            raise ReaderError(f"a key needs a scope and a name of 1 to {LONGEST_NAME} characters: give both")
        text = self._text()
        key = ApiKey(
            key_id=self._new_id(),
            account_id=account.account_id,
            name=label,
            prefix=text[:SHOWN],
            secret_hash=_hash(text),
            scopes=tuple(scope for scope in ApiScope if scope in scopes),
            created_at=self._clock.now(),
        )
        if not await self._keys.add(key, MOST_KEYS, self._event(SecurityKind.API_KEY_CREATED, key, address, agent)):
            raise ReaderError(f"there are {MOST_KEYS} keys already: revoke one first")
        return NewKey(key=key, text=text)

    async def of(self, account: Account) -> tuple[ApiKey, ...]:
        """The account's keys, newest first, revoked ones too."""
        return await self._keys.of_account(account.account_id)

    async def revoke(self, account: Account, key_id: str, address: str = "", agent: str = "") -> ApiKey:
        """End a key of the account's own; ending it again changes nothing. Raises NotThere for any other."""

        def told(key: ApiKey) -> SecurityEvent:
            return self._event(SecurityKind.API_KEY_REVOKED, key, address, agent)

        key = await self._keys.revoke(account.account_id, key_id, self._clock.now(), told)
        if key is None:
            raise NotThere("there is no such key: look at the list")
        return key

    async def holder(self, text: str) -> KeyHolder | None:
        """Who asks with this key and what it may do; None for an unknown or revoked one."""
        found = await self._keys.use(_hash(text), self._clock.now())
        account = None if found is None else await self._accounts.by_account_id(found.account_id)
        if found is None or found.revoked_at is not None or account is None or account.locked_at is not None:
            return None
        scopes = frozenset(found.scopes) & frozenset(self._terms(account.tier).api_scopes)
        return KeyHolder(account=account, key=found, scopes=scopes)

    def _text(self) -> str:
        secret = self._new_secret()
        if len(secret) != _SECRET_BYTES:
            raise OurError(f"a key of {len(secret)} bytes: pass a source of {_SECRET_BYTES} random bytes")
        return KEY_PREFIX + base64.urlsafe_b64encode(secret).rstrip(b"=").decode()

    def _event(self, kind: SecurityKind, key: ApiKey, address: str, agent: str) -> SecurityEvent:
        return SecurityEvent(
            account_id=key.account_id,
            actor_id=key.account_id,
            kind=kind,
            at=self._clock.now(),
            detail=f"{key.prefix}… ({', '.join(key.scopes)})",
            address=address[:64],
            agent=agent[:200],
        )


def _hash(text: str) -> str:
    # A fast hash is enough: 256 random bits cannot be guessed.
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
