"""Live or recorded, with whose keys, and where the keys go: never into a file, never to another's process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from argo_core.errors import ConfigError
from argo_server.settings import Settings, load_settings, market_choice, separate_processes
from argo_server.settings.redis_address import redis_url
from argo_server.settings.vendor_keys import data_key, unspeakable, vendor_secrets
from argo_server.wiring.check import check_settings
from argo_server.wiring.live_lines import places

ALPACA = {"alpaca_data": {"api_key": "DATA-1", "secret_key": "s"}}
ACCOUNT = {"alpaca": {"dev": {"api_key": "DEV-1", "secret_key": "d"}}}
PAPER = {"trading": {"mode": "paper", "account_number": "PA1"}}


def settings_of(folder: Path, document: dict[str, Any], **environ: str) -> Settings:
    path = folder / "config.json"
    path.write_text(json.dumps(document))
    return load_settings({**environ, "ARGO_CONFIG": str(path)})


@pytest.mark.parametrize(
    ("document", "environ", "live"),
    [
        ({}, {}, False),
        (ALPACA, {}, True),
        ({}, {"MASSIVE_API_KEY": "m"}, True),
        ({}, {"ALPACA_DATA_API_KEY": "k", "ALPACA_DATA_SECRET_KEY": "s"}, True),
        ({}, {"XAI_API_KEY": "x", "PERPLEXITY_API_KEY": "p", "ALPHA_VANTAGE_API_KEY": "a"}, False),
        ({**ALPACA, "market": {"feed": "replay"}}, {}, False),
        ({"alpaca_data": {"api_key": "k", "secret_key": "s", "enabled": False}}, {}, False),
        (ACCOUNT, {}, False),
        ({**ACCOUNT, **PAPER}, {}, True),
        ({**ACCOUNT, **PAPER, "prop_firm": {"enabled": True}}, {}, False),
    ],
)
def test_the_market_is_live_as_soon_as_a_vendor_of_prices_has_a_key(
    tmp_path: Path, document: dict[str, Any], environ: dict[str, str], live: bool
) -> None:
    choice = market_choice(settings_of(tmp_path, document, **environ))
    assert choice.live is live
    assert choice.why


def test_live_without_a_vendor_of_prices_says_which_keys_to_set(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ALPACA_DATA_API_KEY"):
        market_choice(settings_of(tmp_path, {"market": {"feed": "live"}}))


@pytest.mark.parametrize(
    ("document", "environ", "missing"),
    [
        ({}, {"ALPACA_DATA_API_KEY": "k"}, "ALPACA_DATA_SECRET_KEY is missing"),
        ({}, {"ALPACA_DATA_SECRET_KEY": "s"}, "ALPACA_DATA_API_KEY is missing"),
        ({"alpaca_data": {"api_key": "k"}, **ACCOUNT, **PAPER}, {}, "ALPACA_DATA_SECRET_KEY is missing"),
        ({"alpaca": {"dev": {"api_key": "DEV-1"}}, **PAPER}, {}, "alpaca.secret_key is missing"),
    ],
)
def test_half_a_pair_of_keys_is_refused_with_the_name_of_the_other_half(
    tmp_path: Path, document: dict[str, Any], environ: dict[str, str], missing: str
) -> None:
    settings = settings_of(tmp_path, document, **environ)
    with pytest.raises(ConfigError, match=f"^{missing}") as caught:
        check_settings(settings)
    assert "\n" not in str(caught.value)


def test_half_a_pair_of_a_source_that_is_off_is_nobodys_business(tmp_path: Path) -> None:
    check_settings(settings_of(tmp_path, {"alpaca_data": {"api_key": "k", "enabled": False}}))


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        ("MASSIVE_URL", "https://massive.example/v1?token=TOKEN-7"),
        ("MASSIVE_STREAM_URL", "wss://massive.example/?token=TOKEN-7"),
        ("ALPACA_DATA_URL", "https://alpaca.example#TOKEN-7"),
        ("ALPHA_VANTAGE_URL", "https://av.example?apikey=TOKEN-7"),
        ("XAI_URL", "https://xai.example/?key=TOKEN-7"),
    ],
)
def test_a_query_in_an_address_is_refused_without_being_shown(tmp_path: Path, variable: str, address: str) -> None:
    with pytest.raises(ConfigError, match="an address ends with its path here") as caught:
        settings_of(tmp_path, {}, **{variable: address})
    assert "TOKEN-7" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_data_of_its_own_key_win_over_the_accounts(tmp_path: Path) -> None:
    key = data_key(settings_of(tmp_path, {**ALPACA, **ACCOUNT, **PAPER}))
    assert key is not None
    assert key.api_key == "DATA-1"


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, None),
        ({"REDIS_URL": "redis://cache:1/2", "REDIS_HOST": "other"}, "redis://cache:1/2"),
        ({"REDIS_HOST": "cache"}, "redis://cache:6379/0"),
        ({"REDIS_HOST": "cache", "REDIS_PORT": "7000", "REDIS_DB": "3", "REDIS_PASSWORD": "p/w"}, "redis://:p%2Fw@cache:7000/3"),
        ({"REDIS_HOST": "::1"}, "redis://[::1]:6379/0"),
    ],
)  # fmt: skip
def test_redis_is_named_by_address_or_by_its_parts(tmp_path: Path, environ: dict[str, str], url: str | None) -> None:
    assert redis_url(settings_of(tmp_path, {}, **environ).file) == url


@pytest.mark.parametrize("port", ["many", "70000"])
def test_a_port_that_is_none_is_refused_by_name(tmp_path: Path, port: str) -> None:
    with pytest.raises(ConfigError, match="REDIS_PORT"):
        settings_of(tmp_path, {}, REDIS_PORT=port)


def test_a_password_in_the_address_of_redis_is_not_shown(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, {}, REDIS_URL="redis://me:hunter22@cache/0")
    assert "hunter22" not in repr(settings.in_force)


def test_what_an_address_holds_of_a_login_is_a_secret_too(tmp_path: Path) -> None:
    document = {"massive": {"api_key": "m", "url": "https://me:p%40ss@proxy.example/massive"}}
    settings = settings_of(tmp_path, document, REDIS_HOST="cache", REDIS_PASSWORD="hunter22")
    assert {"p@ss", "hunter22", "m"} <= set(unspeakable(settings))
    assert places(settings)["massive"] == ("massive", "https://proxy.example/massive")


def test_vendors_keys_reach_the_generator_alone_and_no_file(tmp_path: Path) -> None:
    names = ("ALPACA_DATA_API_KEY", "ALPACA_DATA_SECRET_KEY", "MASSIVE_API_KEY", "ALPHA_VANTAGE_API_KEY", "XAI_API_KEY",
             "PERPLEXITY_API_KEY")  # fmt: skip
    keys = {name: f"KEY-OF-{name}" for name in names} | {"REDIS_URL": "redis://:KEY-OF-REDIS@cache/0"}
    document = {"distribution": {"api_key": "d" * 64}, "alpaca": {"dev": {"api_key": "A", "secret_key": "a"},
                "prop_firm_test": {"api_key": "P", "secret_key": "p"}}}  # fmt: skip
    generator, *executors = separate_processes(settings_of(tmp_path, document, **keys), {"PATH": "/bin", **keys})
    assert {name: generator.environment[name] for name in keys} == keys
    for child in (generator, *executors):
        assert "KEY-OF" not in child.config.decode()
    for child in executors:
        assert "KEY-OF" not in str(dict(child.environment))
    path = tmp_path / "generator.json"
    path.write_bytes(generator.config)
    again = load_settings({**generator.environment, "ARGO_CONFIG": str(path)})
    assert vendor_secrets(again) == keys
    assert market_choice(again).live
