"""Floor 3: accounts, proving who somebody is, sessions: decisions over ports, without input or output of their own."""

from alpine_core.accounts.administration import Administration
from alpine_core.accounts.api_keys import ApiKeys, KeyHolder, NewKey
from alpine_core.accounts.api_tokens import TokenPair, Tokens
from alpine_core.accounts.attempts import Attempts
from alpine_core.accounts.desk import AccountDesk, open_desk
from alpine_core.accounts.enrolment import Enrolment
from alpine_core.accounts.leaving import Leaving, Left
from alpine_core.accounts.lockout import LockoutPolicy
from alpine_core.accounts.parts import AccountParts
from alpine_core.accounts.second_factor import Setup
from alpine_core.accounts.sessions import SessionLine
from alpine_core.accounts.sign_in import SecondStep, SignedIn, SignIn, SignInRefused
from alpine_core.accounts.view_as import ViewAs, seen_as
from alpine_core.accounts.visitor import Visitor, visitor_of

__all__ = [
    "AccountDesk",
    "AccountParts",
    "Administration",
    "ApiKeys",
    "Attempts",
    "Enrolment",
    "KeyHolder",
    "Leaving",
    "Left",
    "LockoutPolicy",
    "NewKey",
    "SecondStep",
    "SessionLine",
    "Setup",
    "SignIn",
    "SignInRefused",
    "SignedIn",
    "TokenPair",
    "Tokens",
    "ViewAs",
    "Visitor",
    "open_desk",
    "seen_as",
    "visitor_of",
]
