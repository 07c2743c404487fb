"""What all that is kept in S3 has in common, or in what speaks like it (extra: aws)."""

from __future__ import annotations

from typing import Any

from argo_core.errors import ConfigError, StoreError, Unavailable

CONNECT_SECONDS = 10


def require_boto3(what: str) -> None:
    """Raises ConfigError, which says that `what` needs the extra."""
    try:
        import boto3  # noqa: F401
    except ModuleNotFoundError as error:
        raise ConfigError(f"{what} in S3 needs the extra aws: pip install 'argo-core[aws]'") from error


def s3_client(endpoint_url: str | None, region: str | None, read_seconds: int) -> Any:
    """One for each call: it is made in milliseconds, seldom needed, and takes up rotated credentials.

    `endpoint_url` None is Amazon's own, `region` None is what boto3 finds.
    """
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS, read_timeout=read_seconds, retries={"mode": "standard", "max_attempts": 2}
    )
    return boto3.session.Session(region_name=region).client("s3", endpoint_url=endpoint_url, config=config)


class S3Errors:
    """Within it what boto3 raises is ours: Unavailable where nobody answers or it may pass, StoreError if refused."""

    def __init__(self, where: str) -> None:
        self._where = where

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        cause = error.__context__ if isinstance(error, Boto3Error) and error.__context__ is not None else error
        if isinstance(cause, ClientError):
            code, status = refusal_of(cause)
            if status >= 500:
                raise Unavailable(f"{self._where}: the store answers {code}") from error
            raise StoreError(f"{self._where} was refused: {code}: check the bucket's name and rights") from error
        if isinstance(cause, BotoCoreError | Boto3Error | OSError):
            raise Unavailable(f"{self._where} cannot be used: {' '.join(str(cause).split())}") from error


def refusal_of(error: Any) -> tuple[str, int]:
    """Code and HTTP status of a `ClientError`; `unknown` and 0 where it has none."""
    answer = error.response
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return str(answer.get("Error", {}).get("Code", "unknown")), int(status)
