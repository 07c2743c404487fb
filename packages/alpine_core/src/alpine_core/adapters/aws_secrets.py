"""AWS Secrets Manager, or what speaks like it (extra: aws). Rights: BatchGetSecretValue, and GetSecretValue by name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from functools import partial
from typing import Any, TypeVar

from alpine_core.errors import OperatorError, StoreError
from alpine_core.model.stored_secret import StoredSecret

T = TypeVar("T")

MOST_AT_ONCE = 20
SECONDS_TO_CONNECT, SECONDS_TO_READ, TRIES = 2, 5, 2
MISSING = "ResourceNotFoundException"
NEXT, LAST, NOW = "AWSPENDING", "AWSPREVIOUS", "AWSCURRENT"
THE_STORE = "AWS Secrets Manager"


@dataclass(frozen=True, slots=True)
class SecretsAccess:
    """What is None is left to boto3, for instance the machine's role."""

    endpoint: str | None = None
    region: str | None = None
    key_id: str | None = None
    key: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    @staticmethod
    def of(env: Mapping[str, str]) -> SecretsAccess:
        """As Amazon's tools name them in an environment."""

        def first(*names: str) -> str | None:
            return next((env[name] for name in names if env.get(name)), None)

        return SecretsAccess(
            endpoint=first("AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"),
            region=first("AWS_REGION", "AWS_DEFAULT_REGION"),
            key_id=first("AWS_ACCESS_KEY_ID"),
            key=first("AWS_SECRET_ACCESS_KEY"),
            token=first("AWS_SESSION_TOKEN"),
        )


class AwsSecrets:
    """`ports.SecretShelf`. A client for each read: reads are rare, workers are forked, and no connection may be shared
    with one. Raises OperatorError without the extra, or for an address that is none."""

    def __init__(self, access: SecretsAccess) -> None:
        self._access = access
        _made(access)

    async def in_force(self, names: Collection[str]) -> Mapping[str, StoredSecret]:
        """As `read`, in a thread."""
        return await asyncio.to_thread(self.read, names)

    async def beside(self, name: str) -> tuple[str, ...]:
        """Of the stages AWSPENDING and AWSPREVIOUS."""
        return await asyncio.to_thread(self._beside, name)

    def read(self, names: Collection[str]) -> Mapping[str, StoredSecret]:
        """At a start, before there is an event loop: twenty names by request. Raises StoreError."""
        client, rows, wanted = _made(self._access), list[dict[str, Any]](), sorted(names)
        for start in range(0, len(wanted), MOST_AT_ONCE):
            part = wanted[start : start + MOST_AT_ONCE]
            answer = _asked(partial(client.batch_get_secret_value, SecretIdList=part))
            for fault in answer.get("Errors", ()):
                if fault.get("ErrorCode") != MISSING:
                    raise StoreError(f"{THE_STORE}: {fault.get('SecretId')}: {fault.get('ErrorCode')}: give rights")
            rows += answer.get("SecretValues", ())
        found = (StoredSecret(row["Name"], row["CreatedDate"].astimezone(UTC), _text_of(row)) for row in rows)
        return {secret.name: secret for secret in found}

    def _beside(self, name: str) -> tuple[str, ...]:
        client = _made(self._access)
        now, *others = (_staged(client, name, stage) for stage in (NOW, NEXT, LAST))
        return tuple(dict.fromkeys(text for text in others if text is not None and text != now))


def _made(access: SecretsAccess) -> Any:
    try:
        import boto3
    except ModuleNotFoundError as error:
        raise OperatorError(f"{THE_STORE} needs the extra aws: pip install 'alpine-core[aws]'") from error
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    session = boto3.session.Session(
        aws_access_key_id=access.key_id,
        aws_secret_access_key=access.key,
        aws_session_token=access.token,
        region_name=access.region,
    )
    patience = Config(
        connect_timeout=SECONDS_TO_CONNECT,
        read_timeout=SECONDS_TO_READ,
        retries={"mode": "standard", "max_attempts": TRIES},
    )
    try:
        return session.client("secretsmanager", endpoint_url=access.endpoint, config=patience)
    except (BotoCoreError, ValueError) as error:
        why = " ".join(str(error).split())
        raise OperatorError(f"{THE_STORE}: {why}: look at AWS_DEFAULT_REGION and AWS_ENDPOINT_URL") from error


def _staged(client: Any, name: str, stage: str) -> str | None:
    from botocore.exceptions import ClientError

    def ask() -> str | None:
        try:
            return _text_of(client.get_secret_value(SecretId=name, VersionStage=stage))
        except ClientError as error:
            if _code_of(error) == MISSING:
                return None
            raise

    return _asked(ask)


def _asked(ask: Callable[[], T]) -> T:
    """Codes tell, not statuses: what is missing is answered with 400 by the real one and with 404 by others."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return ask()
    except ClientError as error:
        raise StoreError(f"{THE_STORE} refused: {_code_of(error)}: look at key, region and rights") from error
    except (BotoCoreError, OSError) as error:
        raise StoreError(f"{THE_STORE} does not answer: {' '.join(str(error).split())}") from error


def _code_of(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def _text_of(row: Mapping[str, Any]) -> str:
    text = row.get("SecretString")
    if not isinstance(text, str) or not text.strip():
        raise StoreError(f"{THE_STORE}: {row.get('Name')} is no text: store it with --secret-string")
    return text.strip()
