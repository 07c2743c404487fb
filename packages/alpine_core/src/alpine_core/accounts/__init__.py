"""Floor 3: creating accounts, signing in, sessions: decisions over ports, without input or output of their own."""

from alpine_core.accounts.enrolment import Enrolment
from alpine_core.accounts.lockout import LockoutPolicy
from alpine_core.accounts.sign_in import SignedIn, SignIn, SignInRefused

__all__ = ["Enrolment", "LockoutPolicy", "SignIn", "SignInRefused", "SignedIn"]
