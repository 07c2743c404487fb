"""A time-stamping authority (TSA) by RFC 3161, over HTTP (its section 3.4), under a pinned root certificate."""

from __future__ import annotations

from datetime import timedelta

import httpx
from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificate
from cryptography.x509.oid import NameOID
from rfc3161_client import (
    Accuracy,
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from argo_core.errors import ConfigError, DataError, Unavailable
from argo_core.model.anchor import AnchoredTime

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
DEADLINE_SECONDS = 15.0
MAX_RECEIPT_BYTES = 65_536


def trusted_root(pem: bytes) -> Certificate:
    """The certificate of a PEM text. Raises ConfigError."""
    try:
        return load_pem_x509_certificate(pem)
    except ValueError as error:
        raise ConfigError("the anchor's certificate_file is not a PEM certificate: use the TSA's root") from error


class Rfc3161Anchor:
    """`ports.Anchor`. The receipt is the authority's whole TimeStampResp (DER), with its certificate and our nonce."""

    def __init__(self, url: str, root: Certificate, client: httpx.AsyncClient) -> None:
        self._url, self._root, self._client = url, root, client

    async def submit(self, note: bytes) -> bytes:
        """Ask the authority. Raises Unavailable, DataError `bad_receipt`."""
        request = TimestampRequestBuilder(data=note, hash_algorithm=HashAlgorithm.SHA256).build()
        try:
            answer = await self._client.post(
                self._url, content=request.as_bytes(), headers={"Content-Type": QUERY}, timeout=DEADLINE_SECONDS
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"{self._url}: {type(error).__name__}: is the time-stamping authority up?") from error
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if answer.status_code != httpx.codes.OK or kind != REPLY:
            raise Unavailable(f"{self._url} answered {answer.status_code} {kind}: is it an RFC 3161 authority?")
        self._verified(note, answer.content, request.nonce)
        return answer.content

    def verify(self, note: bytes, receipt: bytes) -> AnchoredTime:
        """Signature, chain to the pinned root, purpose of the certificate, and the note's hash. Raises DataError."""
        return self._verified(note, receipt, None)

    def _verified(self, note: bytes, receipt: bytes, nonce: int | None) -> AnchoredTime:
        """`nonce`: of a request made just now; later it only has to stand in the receipt."""
        if len(receipt) > MAX_RECEIPT_BYTES:
            raise DataError("bad_receipt", f"the receipt has more than {MAX_RECEIPT_BYTES} bytes")
        builder = VerifierBuilder(roots=[self._root], nonce=nonce)
        try:
            response = decode_timestamp_response(receipt)
            builder.build().verify_message(response, note)
            return _statement(response)
        except (ValueError, VerificationError) as error:
            words = " ".join(str(error).split())[:120]
            raise DataError("bad_receipt", f"the receipt does not prove this checkpoint: {words}") from error


def _statement(response: TimeStampResponse) -> AnchoredTime:
    """The stated time plus its stated inaccuracy (RFC 3161 section 2.4.2), and the signer's common name."""
    info = response.tst_info
    return AnchoredTime(not_later_than=info.gen_time + _inaccuracy(info.accuracy), authority=_authority(response))


def _inaccuracy(stated: Accuracy | None) -> timedelta:
    """Zero where the authority states none."""
    if stated is None:
        return timedelta(0)
    return timedelta(seconds=stated.seconds or 0, milliseconds=stated.millis or 0, microseconds=stated.micros or 0)


def _authority(response: TimeStampResponse) -> str:
    (signer,) = response.signed_data.signer_infos
    for certificate in map(load_der_x509_certificate, response.signed_data.certificates):
        if certificate.issuer == signer.issuer and certificate.serial_number == signer.serial_number:
            names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
            return str(names[0].value) if names else certificate.subject.rfc4514_string()
    raise ValueError("the signer's certificate is not in the receipt")
