"""What one-time codes must do. Fixture: `codes`, of the issuer "Alpine"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alpine_core.ports import OneTimeCodes

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


class OneTimeCodesContract:
    def test_a_secret_is_base32(self, codes: OneTimeCodes) -> None:
        assert codes.secret(b"12345678901234567890") == SECRET

    # RFC 6238, appendix B, SHA-1: the last six of the eight digits, and the hexadecimal step.
    @pytest.mark.parametrize(
        ("seconds", "code", "step"),
        [
            (59, "287082", 0x1),
            (1111111109, "081804", 0x23523EC),
            (1111111111, "050471", 0x23523ED),
            (1234567890, "005924", 0x273EF07),
            (2000000000, "279037", 0x3F940AA),
            (20000000000, "353130", 0x27BC86AA),
        ],
    )
    def test_the_codes_of_the_rfc_fit_at_their_times(
        self, codes: OneTimeCodes, seconds: int, code: str, step: int
    ) -> None:
        assert codes.step(SECRET, code, datetime.fromtimestamp(seconds, UTC)) == step

    @pytest.mark.parametrize(("away", "fits"), [(-31, True), (-61, False), (0, True), (30, True), (61, False)])
    def test_one_step_before_and_after_is_taken(self, codes: OneTimeCodes, away: int, fits: bool) -> None:
        # 1111111109 is one second before the end of its step: 29 s of it have gone by.
        at = datetime.fromtimestamp(1111111109, UTC) + timedelta(seconds=away)
        assert (codes.step(SECRET, "081804", at) == 0x23523EC) is fits

    @pytest.mark.parametrize("code", ["", "08180", "0818044", "abcdef", "٠٨١٨٠٤", "08180\ud800", " 81804"])
    def test_what_is_no_code_fits_nowhere(self, codes: OneTimeCodes, code: str) -> None:
        assert codes.step(SECRET, code, datetime.fromtimestamp(1111111109, UTC)) is None

    def test_the_address_names_issuer_account_and_secret(self, codes: OneTimeCodes) -> None:
        assert codes.uri(SECRET, "ada@example.com") == (
            f"otpauth://totp/Alpine:ada%40example.com?secret={SECRET}&issuer=Alpine"
        )
