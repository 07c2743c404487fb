"""AWS Secrets Manager, and what speaks like it (extra: aws). Reads only: it needs `secretsmanager:GetSecretValue` on
each name and `secretsmanager:BatchGetSecretValue`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from argo_core.errors import ConfigError, StoreError, Unavailable
from argo_core.model.secret import StoredSecret

BATCH = 20
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 2, 5, 2
COMING, BEFORE = "AWSPENDING", "AWSPREVIOUS"
ABSENT = frozenset({"ResourceNotFoundException"})
WHERE = "AWS Secrets Manager"


@dataclass(frozen=True, slots=True)
class SecretsPlace:
    """None: what boto3 finds by itself, a role of the machine for instance."""

    endpoint_url: str | None = None
    region: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)

    @staticmethod
    def of(environ: Mapping[str, str]) -> SecretsPlace:
        """By the names that Amazon's own tools read."""
        return SecretsPlace(
            endpoint_url=environ.get("AWS_ENDPOINT_URL_SECRETS_MANAGER") or environ.get("AWS_ENDPOINT_URL") or None,
            region=environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or None,
            access_key=environ.get("AWS_ACCESS_KEY_ID") or None,
            secret_key=environ.get("AWS_SECRET_ACCESS_KEY") or None,
            session_token=environ.get("AWS_SESSION_TOKEN") or None,
        )


class AwsSecrets:
    """`ports.SecretStore`. Raises ConfigError without the extra, or without a region."""

    def __init__(self, place: SecretsPlace) -> None:
        self._client = _client(place)

    def read(self, names: Collection[str]) -> Mapping[str, StoredSecret]:
        """One request for each twenty names."""
        found: dict[str, StoredSecret] = {}
        ordered = sorted(names)
        for first in range(0, len(ordered), BATCH):
            found |= {one.name: one for one in self._batch(ordered[first : first + BATCH])}
        return found

    def others(self, name: str) -> tuple[str, ...]:
        """AWSPENDING and AWSPREVIOUS; the current value is left out where a stage names it too."""
        current = self._staged(name, "AWSCURRENT")
        stages = (self._staged(name, stage) for stage in (COMING, BEFORE))
        return tuple(dict.fromkeys(value for value in stages if value is not None and value != current))

    def _batch(self, names: list[str]) -> Iterator[StoredSecret]:
        with _Errors():
            answer = self._client.batch_get_secret_value(SecretIdList=names)
        for fault in answer.get("Errors", ()):
            if fault.get("ErrorCode") not in ABSENT:
                raise StoreError(f"{WHERE} refuses {fault.get('SecretId')}: {fault.get('ErrorCode')}: check its rights")
        for row in answer.get("SecretValues", ()):
            yield StoredSecret(name=row["Name"], value=_text(row), created_at=row["CreatedDate"].astimezone(UTC))

    def _staged(self, name: str, stage: str) -> str | None:
        from botocore.exceptions import ClientError

        with _Errors():
            try:
                return _text(self._client.get_secret_value(SecretId=name, VersionStage=stage))
            except ClientError as error:
                if _code(error) in ABSENT:
                    return None
                raise


def _client(place: SecretsPlace) -> Any:
    try:
        import boto3
    except ModuleNotFoundError as error:
        raise ConfigError(f"{WHERE} needs the extra aws: pip install 'argo-server[aws]'") from error
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "max_attempts": ATTEMPTS},
    )
    session = boto3.session.Session(
        aws_access_key_id=place.access_key,
        aws_secret_access_key=place.secret_key,
        aws_session_token=place.session_token,
        region_name=place.region,
    )
    try:
        return session.client("secretsmanager", endpoint_url=place.endpoint_url, config=config)
    except (BotoCoreError, ValueError) as error:
        raise ConfigError(f"{WHERE}: {_line(error)}: set AWS_DEFAULT_REGION and AWS_ENDPOINT_URL right") from error


def _text(row: Mapping[str, Any]) -> str:
    """Without the white space around it: files that secrets are made from end in a line feed."""
    value = row.get("SecretString")
    if not isinstance(value, str) or not value.strip():
        raise StoreError(f"{WHERE}: {row.get('Name')} holds no text: store it with --secret-string")
    return value.strip()


class _Errors:
    """Within it what botocore raises is ours: real services answer 400 where others answer 404, so codes count."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, ClientError):
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if int(status) >= 500:
                raise Unavailable(f"{WHERE} answers {_code(error)}: it is asked again later") from error
            raise StoreError(f"{WHERE} refuses: {_code(error)}: check key, region and rights") from error
        if isinstance(error, BotoCoreError | OSError):
            raise Unavailable(f"{WHERE} cannot be used: {_line(error)}") from error


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())
