"""Codes of authenticator apps by pyotp."""

from __future__ import annotations

import pytest

from alpine_core.adapters.pyotp_codes import PyotpCodes
from alpine_core.testing.contracts.one_time_codes import OneTimeCodesContract


@pytest.fixture
def codes() -> PyotpCodes:
    return PyotpCodes("Alpine")


class TestPyotpCodes(OneTimeCodesContract):
    pass
