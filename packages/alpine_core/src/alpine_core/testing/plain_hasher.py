"""A hasher without cost, for tests that are not about hashing."""

from __future__ import annotations


class PlainHasher:
    """`ports.PasswordHasher` whose hash is the password with a mark before it. `verified` counts the looks at it."""

    def __init__(self) -> None:
        self.verified = 0

    async def hash(self, password: str) -> str:
        return f"plain:{password}"

    async def verify(self, password: str, stored: str | None) -> bool:
        self.verified += 1
        return stored == f"plain:{password}"
