"""What every password hasher must do. Fixture: `hasher`."""

from __future__ import annotations

from alpine_core.ports import PasswordHasher


class PasswordHasherContract:
    async def test_a_password_verifies_against_its_own_hash_only(self, hasher: PasswordHasher) -> None:
        stored = await hasher.hash("correct horse")
        assert await hasher.verify("correct horse", stored) is True
        assert await hasher.verify("correct horsf", stored) is False
        assert await hasher.verify("", stored) is False

    async def test_no_account_and_no_hash_are_false_and_no_error(self, hasher: PasswordHasher) -> None:
        assert await hasher.verify("correct horse", None) is False
        assert await hasher.verify("correct horse", "not a hash") is False
        assert await hasher.verify("", "") is False
