"""Settings: environment over file over default, secrets masked, demonstrations on loopback only."""

from __future__ import annotations

from pathlib import Path

import pytest

from alpine_core.errors import OperatorError
from alpine_web.settings import DemoAccount, load_settings

SECRET = {"ALPINE_SECRET_KEY": "ab" * 32}


def test_the_defaults_listen_on_loopback_with_a_file_of_their_own(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    assert (settings.host, settings.port, settings.on_loopback, settings.secure_cookies) == (
        "127.0.0.1",
        9001,
        True,
        False,
    )
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/data/alpine.db"
    assert (settings.provider_keys, settings.demo_account, settings.free_delay_seconds) == ((), None, 86_400.0)
    assert len(settings.secret_key) == 64
    assert settings.secret_key != load_settings({}, tmp_path).secret_key


def test_the_environment_stands_over_the_file_and_both_are_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('# note\nexport ALPINE_PORT=9100\nALPINE_HOST="127.0.0.2"\n\nARGO_API_KEY=a, b\n')
    settings = load_settings({"ALPINE_PORT": "9200"}, tmp_path)
    assert (settings.host, settings.port, settings.provider_keys) == ("127.0.0.2", 9200, ("a", "b"))
    told = {name: (value, origin) for name, value, origin in settings.in_force}
    assert told["ALPINE_PORT"] == ("9200", "environment")
    assert told["ALPINE_HOST"] == ("127.0.0.2", "file")
    assert told["ARGO_API_KEY"] == ("••••", "file")
    assert told["ALPINE_PUBLIC_URL"] == ("", "default")


def test_no_secret_is_in_what_a_log_would_show(tmp_path: Path) -> None:
    given = {
        **SECRET,
        "ARGO_API_KEY": "cd" * 32,
        "ALPINE_DEMO_ACCOUNT": "a@b.example:hidden",
        "ALPINE_DEMO_TOKEN": "hush",
        "ALPINE_METRICS_TOKEN": "quiet",
    }
    shown = repr(load_settings(given, tmp_path))
    assert all(secret not in shown for secret in ("ab" * 32, "cd" * 32, "hidden", "hush", "quiet"))


def test_a_demo_account_is_mail_and_password(tmp_path: Path) -> None:
    settings = load_settings({"ALPINE_DEMO_ACCOUNT": "a@b.example:pass:word"}, tmp_path)
    assert settings.demo_account == DemoAccount("a@b.example", "pass:word")


@pytest.mark.parametrize(
    "environ",
    [
        {"ALPINE_HOST": "0.0.0.0"},
        {"ALPINE_PUBLIC_URL": "https://alpine.example"},
        {**SECRET, "ALPINE_HOST": "0.0.0.0", "ALPINE_DEMO_ACCOUNT": "a@b.example:password"},
        {**SECRET, "ALPINE_PUBLIC_URL": "https://alpine.example", "ALPINE_DEMO_TOKEN": "x"},
        {**SECRET, "ALPINE_HOST": "0.0.0.0", "ARGO_API_KEY": "short"},
        {"ALPINE_SECRET_KEY": "x" * 31, "ALPINE_HOST": "0.0.0.0"},
        {"ALPINE_SECRET_KEY": "x" * 31, "ALPINE_PUBLIC_URL": "https://alpine.example"},
        {**SECRET, "ALPINE_HOST": "0.0.0.0", "ALPINE_METRICS_TOKEN": "short"},
        {"ALPINE_PUBLIC_URL": "alpine.example"},
        {"ALPINE_PORT": "x"},
        {"ALPINE_PORT": "70000"},
        {"ALPINE_FREE_DELAY_SECONDS": "nan"},
        {"ALPINE_ALLOW_LEGACY": "perhaps"},
        {"ALPINE_DEMO_ACCOUNT": "no colon"},
        {"ARGO_API_KEY": "a,b,c"},
        {"ALPINE_ENV_FILE": "/nowhere/.env"},
        {"ALPINE_COLOUR": "red"},
    ],
    ids=lambda environ: " ".join(sorted(environ)),
)
def test_what_contradicts_itself_is_refused_in_one_line(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(OperatorError) as refused:
        load_settings(environ, tmp_path)
    assert len(str(refused.value).splitlines()) == 1


def test_the_other_sides_name_for_our_address_is_no_mistake(tmp_path: Path) -> None:
    load_settings({"ALPINE_API_URL": "http://localhost:9001"}, tmp_path)


def test_a_line_that_is_no_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ALPINE_PORT=9100\nnonsense\n")
    with pytest.raises(OperatorError, match="line 2"):
        load_settings({}, tmp_path)


def test_logs_witnesses_and_keys_come_from_the_environment(tmp_path: Path) -> None:
    plain = load_settings({}, tmp_path)
    assert (plain.log_vkeys, plain.witness_vkeys, plain.quorum) == ((), (), None)
    assert plain.key_folder == tmp_path.resolve() / "data" / "keys"
    given = {
        "ALPINE_LOG_VKEYS": " a+1+x  b+2+y ",
        "ALPINE_KEY_DIR": "/run/keys",
        "ALPINE_WITNESS_NAME": "desk.example/witness",
        "ALPINE_MIRROR_NAME": "desk.example/mirror",
        "ALPINE_WITNESS_VKEYS": "c+3+z",
        "ALPINE_QUORUM": "2",
    }
    settings = load_settings(given, tmp_path)
    assert (settings.log_vkeys, settings.witness_vkeys, settings.quorum) == (("a+1+x", "b+2+y"), ("c+3+z",), 2)
    assert (settings.witness_name, settings.mirror_name) == ("desk.example/witness", "desk.example/mirror")
    assert settings.key_folder == Path("/run/keys")
    beside = load_settings({"ALPINE_DATABASE_URL": "postgresql+asyncpg://x@y/z"}, tmp_path)
    assert beside.key_folder == tmp_path / "keys"
