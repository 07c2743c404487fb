"""Settings of mail: ours over the older names, and no password over an open line."""

from __future__ import annotations

from pathlib import Path

import pytest

from alpine_core.errors import OperatorError
from alpine_web.settings import load_settings


def test_without_a_server_mails_go_into_a_folder_beside_the_database(tmp_path: Path) -> None:
    mail = load_settings({}, tmp_path).mail
    assert (mail.host, mail.folder, mail.sender) == (None, tmp_path.resolve() / "data" / "mail", "alpine@localhost")


@pytest.mark.parametrize(("security", "port"), [("", 587), ("starttls", 587), ("tls", 465)])
def test_each_security_has_its_port(tmp_path: Path, security: str, port: int) -> None:
    given = {"ALPINE_SMTP_HOST": "mail.example", "ALPINE_SMTP_SECURITY": security}
    mail = load_settings(given, tmp_path).mail
    assert (mail.host, mail.port, mail.security) == ("mail.example", port, security or "starttls")


def test_ours_stand_over_the_older_names(tmp_path: Path) -> None:
    older = {
        "EMAIL_SMTP_HOST": "old.example",
        "EMAIL_SMTP_PORT": "2525",
        "EMAIL_SMTP_USER": "u",
        "EMAIL_SMTP_PASSWORD": "hidden",
        "EMAIL_FROM": "old@example.com",
    }
    settings = load_settings(older, tmp_path)
    mail = settings.mail
    assert (mail.host, mail.port, mail.user, mail.password, mail.sender) == (
        "old.example",
        2525,
        "u",
        "hidden",
        "old@example.com",
    )
    assert "hidden" not in repr(settings)
    newer = load_settings({**older, "ALPINE_SMTP_HOST": "new.example", "ALPINE_SMTP_PORT": "26"}, tmp_path).mail
    assert (newer.host, newer.port, newer.user) == ("new.example", 26, "u")


@pytest.mark.parametrize(
    "environ",
    [
        {"ALPINE_SMTP_HOST": "mail.example", "ALPINE_SMTP_SECURITY": "plain"},
        {"ALPINE_SMTP_SECURITY": "none"},
        {"ALPINE_MAIL_FROM": "nobody"},
        {"ALPINE_SMTP_USER": "u"},
        {"ALPINE_SMTP_PORT": "70000"},
    ],
    ids=lambda environ: " ".join(sorted(environ)),
)
def test_what_contradicts_itself_is_refused_in_one_line(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(OperatorError) as refused:
        load_settings(environ, tmp_path)
    assert len(str(refused.value).splitlines()) == 1
