"""Reports in S3, or in what speaks like it (extra: aws)."""

from __future__ import annotations

import asyncio

from argo_core.adapters.s3_store import S3Errors, require_boto3, s3_client

READ_SECONDS = 10


class S3Reports:
    """`ports.ReportUpload` into one bucket, by the credentials that boto3 finds in the environment or the machine's
    role. `endpoint_url` None is Amazon's own. Raises ConfigError where the extra is missing."""

    def __init__(self, bucket: str, endpoint_url: str | None = None, region: str | None = None) -> None:
        self._bucket, self._endpoint, self._region = bucket, endpoint_url, region
        require_boto3("a report")

    async def put(self, key: str, content: bytes, media_type: str) -> None:
        """Raises Unavailable where nobody answers or it may pass, StoreError where the bucket refuses."""
        # boto3 waits for the network: not on the event loop.
        await asyncio.to_thread(self._put, key, content, media_type)

    def _put(self, key: str, content: bytes, media_type: str) -> None:
        with S3Errors(f"s3://{self._bucket}/{key}"):
            client = s3_client(self._endpoint, self._region, READ_SECONDS)
            client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=media_type)
