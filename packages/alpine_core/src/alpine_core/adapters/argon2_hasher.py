"""Argon2id (RFC 9106) for passwords: extra `accounts`."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Hasher:
    """`ports.PasswordHasher`, in two threads of its own: hashing neither blocks the loop nor fills the machine.

    The defaults are RFC 9106's second recommended option (section 4): 64 MiB, 3 passes, 4 lanes. `close` when done.
    """

    def __init__(self, *, time_cost: int = 3, memory_kib: int = 65_536, lanes: int = 4) -> None:
        self._argon2 = Argon2(time_cost=time_cost, memory_cost=memory_kib, parallelism=lanes)
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="alpine-argon2")
        # What a password is compared with where there is no account: same parameters, same time, never a match.
        self._decoy = self._argon2.hash("no account has this password")

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._argon2.hash, password)

    async def verify(self, password: str, stored: str | None) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._verify, password, stored)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()

    def _verify(self, password: str, stored: str | None) -> bool:
        try:
            self._argon2.verify(self._decoy if stored is None else stored, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None
