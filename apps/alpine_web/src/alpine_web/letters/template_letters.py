"""Letters from templates: each kind has a subject, plain words and the same as HTML."""

from __future__ import annotations

from dataclasses import dataclass

from alpine_core.model import Mail
from alpine_core.ports import Letter
from alpine_web.letters.stationery import Stationery


@dataclass(frozen=True, slots=True)
class Words:
    """`page` is where the link leads, empty for none; `says` are the paragraphs before it, `after` those behind."""

    subject: str
    says: tuple[str, ...]
    page: str = ""
    link: str = ""
    after: tuple[str, ...] = ()


NOT_ME = "If this was not you, set a new password at once: it ends every session. Then write to us."
IGNORE = "If you did not ask for this, do nothing: without the link nothing changes."
WORDS = {
    "verify_email": Words(
        subject="Confirm your address",
        says=("Somebody, probably you, made an account at Alpine with this address.",),
        page="/verify-email",
        link="Confirm the address",
        after=("The link is good for 24 hours, once.", IGNORE),
    ),
    "address_taken": Words(
        subject="You have an account already",
        says=(
            "Somebody, probably you, wanted to use this address for an account at Alpine. It has one already.",
            "Sign in as before. If the password is lost, set a new one.",
        ),
        page="/reset",
        link="Set a new password",
        after=("If it was not you, do nothing: whoever asked was not told that the address has an account.",),
    ),
    "reset_password": Words(
        subject="Set a new password",
        says=("Somebody, probably you, asked for a new password for your account at Alpine.",),
        page="/reset",
        link="Set a new password",
        after=("The link is good for one hour, once. It ends every session.", IGNORE),
    ),
    "change_email": Words(
        subject="Confirm your new address",
        says=("This address is to become that of an account at Alpine.",),
        page="/verify-email",
        link="Confirm the address",
        after=("The link is good for 24 hours, once.", IGNORE),
    ),
    "email_changed": Words(
        subject="Your address was changed",
        says=("Your account at Alpine now has another address; mails go there from now on.", NOT_ME),
    ),
    "password_changed": Words(
        subject="Your password was changed",
        says=("The password of your account at Alpine was changed, and other sessions were ended.", NOT_ME),
    ),
    "second_factor_enabled": Words(
        subject="Second factor enabled",
        says=("From now on signing in to Alpine needs a code of your app besides the password.", NOT_ME),
    ),
    "second_factor_disabled": Words(
        subject="Second factor disabled",
        says=("Signing in to Alpine no longer needs a code besides the password.", NOT_ME),
    ),
    "recovery_code_used": Words(
        subject="A recovery code was used",
        says=("Somebody signed in to your account at Alpine with one of its recovery codes.", NOT_ME),
    ),
}


class TemplateLetters:
    """`ports.Letters`."""

    def __init__(self, stationery: Stationery) -> None:
        self._stationery = stationery

    def write(self, letter: Letter) -> Mail:
        words = WORDS[letter.kind.value]
        query = f"?token={letter.token}" if letter.token else ""
        context = {
            "words": words,
            "url": f"{self._stationery.base}{words.page}{query}" if words.page else "",
            "address": letter.address,
        }
        return self._stationery.mail("letter", letter.recipient, words.subject, letter.at, context)
