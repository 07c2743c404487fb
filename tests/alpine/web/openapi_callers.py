"""Who asks: a stranger, the provider, members of each tier, an administrator, and a program with a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

import msgspec
import requests

from alpine_core.model import Role, Tier
from alpine_core.testing.samples import sample_account
from tests.alpine.web.parts import AUTHORISED, PASSWORD, Rig


class Proof(Enum):
    """What somebody shows with each request: nothing, the provider's key, a session with its token, a key."""

    NOTHING = auto()
    PROVIDER_KEY = auto()
    SESSION = auto()
    KEY = auto()


@dataclass(frozen=True, slots=True)
class Caller:
    """`email` names an account of theirs, which strangers and the provider have none of."""

    proof: Proof
    tier: Tier = Tier.INSTITUTIONAL
    role: Role = Role.SUBSCRIBER

    @property
    def email(self) -> str:
        return f"{self.proof.name}-{self.tier.value}-{self.role.value}@example.com".lower()

    async def join(self, rig: Rig) -> None:
        """Have the account, if it takes one."""
        if self.proof in (Proof.SESSION, Proof.KEY):
            account = sample_account(self.email, f"plain:{PASSWORD}")
            await rig.accounts.put(msgspec.structs.replace(account, tier=self.tier, role=self.role))

    def session(self, url: str) -> requests.Session:
        """Sends the proof with each request."""
        opened = requests.Session()
        if self.proof is Proof.PROVIDER_KEY:
            opened.headers.update(AUTHORISED)
        if self.proof in (Proof.SESSION, Proof.KEY):
            sent = {"email": self.email, "password": PASSWORD}
            answer = opened.post(f"{url}/api/auth/login", json=sent, timeout=20)
            assert answer.status_code == 200, answer.text
            opened.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return self._with_key(opened, url) if self.proof is Proof.KEY else opened

    def _with_key(self, opened: requests.Session, url: str) -> requests.Session:
        wanted = {"name": "program", "scopes": ["read", "webhooks"]}
        made = opened.post(f"{url}/api/v1/api-keys", json=wanted, timeout=20)
        assert made.status_code == 201, made.text
        opened.close()
        program = requests.Session()
        program.headers["Authorization"] = f"Bearer {made.json()['text']}"
        return program


CALLERS: Mapping[str, Caller] = {
    "a stranger": Caller(Proof.NOTHING),
    "the provider": Caller(Proof.PROVIDER_KEY),
    "a member": Caller(Proof.SESSION),
    "an administrator": Caller(Proof.SESSION, role=Role.ADMIN),
    "a program": Caller(Proof.KEY),
}
TIERS: Mapping[str, Caller] = {
    f"a member of {tier.value}": Caller(Proof.SESSION, tier) for tier in Tier if tier is not Tier.INSTITUTIONAL
}
