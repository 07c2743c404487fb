"""Reports in S3, or in what speaks like it (extra: aws)."""

from __future__ import annotations

import asyncio
from typing import Any

from argo_core.errors import ConfigError, StoreError, Unavailable

SECONDS = 10


class S3Reports:
    """`ports.ReportUpload` into one bucket, by the credentials that boto3 finds in the environment or the machine's
    role. `endpoint_url` None is Amazon's own. Raises ConfigError where the extra is missing."""

    def __init__(self, bucket: str, endpoint_url: str | None = None, region: str | None = None) -> None:
        self._bucket, self._endpoint, self._region = bucket, endpoint_url, region
        _require_boto3()

    async def put(self, key: str, content: bytes, media_type: str) -> None:
        """Raises Unavailable where nobody answers or it may pass, StoreError where the bucket refuses."""
        # boto3 waits for the network: not on the event loop.
        await asyncio.to_thread(self._put, key, content, media_type)

    def _put(self, key: str, content: bytes, media_type: str) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client().put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=media_type)
        except ClientError as error:
            code, status = _told(error)
            where = f"s3://{self._bucket}/{key}"
            if status >= 500:
                raise Unavailable(f"{where}: the store answers {code}") from error
            raise StoreError(f"{where} was refused: {code}: check the bucket's name and rights") from error
        except BotoCoreError as error:
            raise Unavailable(f"s3://{self._bucket} cannot be used: {' '.join(str(error).split())}") from error

    def _client(self) -> Any:
        """One for each call: it is made in milliseconds, needed once a week, and takes up rotated credentials."""
        import boto3
        from botocore.config import Config

        config = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries={"mode": "standard", "max_attempts": 2})
        session = boto3.session.Session(region_name=self._region)
        return session.client("s3", endpoint_url=self._endpoint, config=config)


def _told(error: Any) -> tuple[str, int]:
    answer = error.response
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return str(answer.get("Error", {}).get("Code", "unknown")), int(status)


def _require_boto3() -> None:
    try:
        import boto3  # noqa: F401
    except ModuleNotFoundError as error:
        raise ConfigError("an upload to S3 needs the extra aws: pip install 'argo-core[aws]'") from error
