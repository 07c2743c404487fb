"""What forms and programs send about accounts."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

# No control characters: not every database can be asked for U+0000.
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^\x00-\x1f]+$")]
Password = Annotated[str, Meta(min_length=1, max_length=1024)]
Code = Annotated[str, Meta(min_length=1, max_length=40)]
MaybeCode = Annotated[str, Meta(max_length=40)]
Token = Annotated[str, Meta(min_length=1, max_length=64)]
Handle = Annotated[str, Meta(min_length=16, max_length=16)]
Name = Annotated[str, Meta(max_length=80)]
Where = Annotated[str, Meta(max_length=500)]


class TokenForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every form of ours; also what a bare button sends."""

    form_token: Annotated[str, Meta(max_length=64)] = ""


class SignInForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first step."""

    email: Email
    password: Password
    next: Where = "/dashboard"


class CodeForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The second step."""

    ticket: Token
    code: Code
    next: Where = "/dashboard"


class SignUpForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new account."""

    email: Email
    password: Password


class LinkForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The button behind a link of a mail."""

    token: Token


class AskResetForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to send the link."""

    email: Email


class SetPasswordForm(LinkForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new password by the link."""

    password: Password


class ProfileForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What pages call the holder."""

    display_name: Name = ""


class ChangePasswordForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The present password, a code where a second factor is in force, and the new password."""

    password: Password
    code: MaybeCode = ""
    new_password: Password


class ChangeEmailForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The present password, a code where a second factor is in force, and the new address."""

    password: Password
    code: MaybeCode = ""
    email: Email


class PasswordForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The present password alone."""

    password: Password


class OneCodeForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code of the app."""

    code: Code


class PasswordAndCodeForm(PasswordForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Both."""

    code: Code


class HandleForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which session."""

    handle: Handle


class LinkQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a link of a mail carries."""

    token: Annotated[str, Meta(max_length=64)] = ""


class DoneQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was just done, as a word that the page knows."""

    done: Annotated[str, Meta(max_length=32)] = ""


class EventsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a page of events begins."""

    before: Annotated[int, Meta(ge=1, le=2**63 - 1)] | None = None
