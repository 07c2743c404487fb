"""Everything that somebody can do about an account of their own."""

from __future__ import annotations

from dataclasses import dataclass

from alpine_core.accounts.email_proof import EmailProof
from alpine_core.accounts.parts import AccountParts
from alpine_core.accounts.passwords import Passwords
from alpine_core.accounts.profile import Profiles
from alpine_core.accounts.proof import Proof
from alpine_core.accounts.second_factor import SecondFactors
from alpine_core.accounts.sessions import Sessions
from alpine_core.accounts.sign_up import SignUp


@dataclass(frozen=True, slots=True)
class AccountDesk:
    """The use cases over the same parts. `proof` is for acts elsewhere that need the password again."""

    sign_up: SignUp
    email: EmailProof
    passwords: Passwords
    second_factor: SecondFactors
    sessions: Sessions
    profile: Profiles
    proof: Proof


def open_desk(parts: AccountParts) -> AccountDesk:
    """The desk over these parts."""
    proof = Proof(parts)
    return AccountDesk(
        sign_up=SignUp(parts),
        email=EmailProof(parts, proof),
        passwords=Passwords(parts, proof),
        second_factor=SecondFactors(parts, proof),
        sessions=Sessions(parts),
        profile=Profiles(parts),
        proof=proof,
    )
