"""One process, one executor, one account: whatever could mix two accounts refuses to start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from argo_core.errors import ConfigError
from argo_server.settings import executor_role, load_settings, own_credential, separate_processes
from tests.argo.server.executors import PROP_FIRM, REGULAR, settings_of

DEV = {"dev": {"api_key": "DEV-1"}, "production": {"api_key": "LIVE-1"}}
PROP_SET = {"prop_firm_test": {"api_key": "PROP-1"}}


@pytest.mark.parametrize(
    ("document", "asked", "executor_id", "prop_firm", "port"),
    [
        ({}, None, "argo", False, 8000),
        (REGULAR, "argo", "argo", False, 8000),
        (PROP_FIRM, None, "prop_firm", True, 8001),
        ({"prop_firm": {"enabled": True}}, None, "prop_firm", True, 8001),
        ({"prop_firm": {"enabled": True}, "executor": {"id": "second_firm"}}, None, "second_firm", True, 8001),
        ({"server": {"port": 8100}}, None, "argo", False, 8100),
    ],
)
def test_who_a_process_is(
    tmp_path: Path, document: dict[str, Any], asked: str | None, executor_id: str, prop_firm: bool, port: int
) -> None:
    role = executor_role(settings_of(tmp_path, document), asked)
    assert (role.executor_id, role.prop_firm, role.settings.file.server.port) == (executor_id, prop_firm, port)
    assert role.settings.database_url == f"sqlite+aiosqlite:///{tmp_path / 'data' / f'executor_{executor_id}.db'}"


def test_a_database_that_is_named_is_the_executors(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://u@localhost/executor"
    assert executor_role(settings_of(tmp_path, {}, ARGO_DATABASE_URL=url), None).settings.database_url == url
    named = executor_role(settings_of(tmp_path, {"database": {"path": "mine.db"}}), None)
    assert named.settings.database_url.endswith("/mine.db")


@pytest.mark.parametrize(
    ("document", "asked"),
    [
        (REGULAR, "prop_firm"),
        (PROP_FIRM, "argo"),
        ({}, "prop_firm"),
        ({"prop_firm": {"enabled": True}}, "argo"),
        ({"executor": {"id": "argo"}, "prop_firm": {"enabled": True}}, None),
        ({"executor": {"id": "prop_firm"}}, None),
    ],
)
def test_an_executor_with_the_settings_of_another_is_refused(
    tmp_path: Path, document: dict[str, Any], asked: str | None
) -> None:
    with pytest.raises(ConfigError, match="executor"):
        executor_role(settings_of(tmp_path, document), asked)


@pytest.mark.parametrize(
    ("document", "environ", "api_key"),
    [
        (REGULAR, {}, "REGULAR-1"),
        ({"alpaca": DEV}, {}, "DEV-1"),
        ({"alpaca": DEV}, {"ARGO_ENV": "production"}, "LIVE-1"),
        ({}, {"ALPACA_API_KEY": "ENV-1"}, "ENV-1"),
        (PROP_FIRM, {}, "PROP-1"),
        ({"prop_firm": {"enabled": True}}, {"PROP_FIRM_API_KEY": "ENV-2"}, "ENV-2"),
        ({"prop_firm": {"enabled": True}, "alpaca": {"api_key": "FLAT-1"}}, {}, "FLAT-1"),
    ],
)
def test_the_credential_of(tmp_path: Path, document: dict[str, Any], environ: dict[str, str], api_key: str) -> None:
    role = executor_role(settings_of(tmp_path, document, **environ), None)
    assert own_credential(role, environ).api_key == api_key


@pytest.mark.parametrize(
    ("attack", "document", "environ"),
    [
        ("the prop firm's variable in the regular process", REGULAR, {"PROP_FIRM_API_KEY": "PROP-1"}),
        ("the prop firm's secret alone", REGULAR, {"PROP_FIRM_SECRET_KEY": "x"}),
        ("the regular variable in the prop firm's process", PROP_FIRM, {"ALPACA_API_KEY": "REGULAR-1"}),
        ("the prop firm's set in the regular file", {"alpaca": {**DEV, **PROP_SET}}, {}),
        ("regular sets in the prop firm's file", {**PROP_FIRM, "alpaca": {**DEV, **PROP_SET}}, {}),
        ("no credential", {}, {}),
        ("no credential of the account", {"prop_firm": {"enabled": True, "account": "other"}}, {}),
        ("two credentials", REGULAR, {"ALPACA_API_KEY": "REGULAR-2"}),
        ("two sets", {"alpaca": {"api_key": "A", **DEV}}, {}),
    ],
)
def test_an_executor_refuses_to_start_with(
    tmp_path: Path, attack: str, document: dict[str, Any], environ: dict[str, str]
) -> None:
    role = executor_role(settings_of(tmp_path, document), None)
    with pytest.raises(ConfigError) as refused:
        own_credential(role, environ)
    assert "\n" not in str(refused.value), attack
    assert "PROP-1" not in str(refused.value)


WHOLE = {
    "trading": {"auto_execute": True},
    "alpaca": {**DEV, **PROP_SET},
    "massive": {"api_key": "VENDOR"},
    "alpine": {"api_key": "SYNC"},
    "server": {"port": 7100},
}


def test_each_process_gets_its_own_credential_and_no_other(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, WHOLE)
    generator, regular, prop_firm = separate_processes(settings, {"PATH": "/bin", "SLACK_TOKEN": "x"})
    assert [child.address for child in (generator, regular, prop_firm)] == [
        "http://127.0.0.1:7100", "http://127.0.0.1:8000", "http://127.0.0.1:8001",
    ]  # fmt: skip
    assert regular.environment["ALPACA_API_KEY"] == "DEV-1"
    assert prop_firm.environment["PROP_FIRM_API_KEY"] == "PROP-1"
    assert generator.environment["ARGO_API_KEY"] == "SYNC"
    seen = {
        secret: [
            child.name
            for child in (generator, regular, prop_firm)
            if secret in child.config.decode() or secret in str(dict(child.environment))
        ]
        for secret in ("DEV-1", "PROP-1", "LIVE-1", "VENDOR", "SYNC", "SLACK_TOKEN")
    }
    assert seen == {
        "DEV-1": ["argo"], "PROP-1": ["prop_firm"], "LIVE-1": [], "VENDOR": ["generator"], "SYNC": ["generator"],
        "SLACK_TOKEN": [],
    }  # fmt: skip


def test_the_settings_of_each_process_are_accepted_by_it(tmp_path: Path) -> None:
    for child in separate_processes(settings_of(tmp_path, WHOLE), {"PATH": "/bin"}):
        path = tmp_path / f"{child.name}.json"
        path.write_bytes(child.config)
        settings = load_settings({**child.environment, "ARGO_CONFIG": str(path)})
        if child.name != "generator":
            role = executor_role(settings, child.name)
            assert own_credential(role, child.environment).api_key
            assert settings.file.executor.signal_source_url == "http://127.0.0.1:7100"
            assert settings.file.trading.auto_execute


@pytest.mark.parametrize("missing", ["dev", "prop_firm_test"])
def test_processes_are_not_started_without_a_credential_for_each(tmp_path: Path, missing: str) -> None:
    sets = {name: value for name, value in {**DEV, **PROP_SET}.items() if name != missing}
    with pytest.raises(ConfigError, match="no credential"):
        separate_processes(settings_of(tmp_path, {**WHOLE, "alpaca": sets}), {})


def test_processes_are_not_started_without_a_shared_key(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(WHOLE))
    settings = load_settings({"ARGO_CONFIG": str(tmp_path / "config.json")})
    with pytest.raises(ConfigError, match="ARGO_DISTRIBUTION_KEY"):
        separate_processes(settings, {})
