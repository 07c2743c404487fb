"""Section `ledger`: every key with its effect, folders found by one rule, wrong values refused."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from argo_core.errors import ConfigError
from argo_server.settings import Settings, load_settings, separate_processes

VKEY = "witness.example/w+deadbeef+AAAA"


def load(folder: Path, ledger: object, **environ: str) -> Settings:
    file = folder / "config.json"
    file.write_text(json.dumps({"ledger": ledger}))
    return load_settings(environ, file)


def test_the_defaults_are_those_of_the_reference(tmp_path: Path) -> None:
    rules = load(tmp_path, {}).file.ledger
    assert (rules.origin, rules.stream, rules.reveal_after_hours, rules.heartbeat_seconds) == (
        "argo.localhost/signals",
        "main",
        24.0,
        60.0,
    )
    assert (rules.witnesses, rules.distributor_vkeys, rules.log_folder, rules.anchor.url) == ((), (), "logs", "")


def test_keys_lie_beside_the_configuration_file(tmp_path: Path) -> None:
    assert load(tmp_path, {}).key_folder == tmp_path / "keys"


def test_without_a_file_keys_lie_beside_the_databases_folder() -> None:
    assert load_settings({}).key_folder == Path.cwd() / "keys"


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    assert load(tmp_path, {"key_folder": "mine"}).key_folder == tmp_path / "mine"
    elsewhere = load(tmp_path, {"key_folder": "mine"}, ARGO_KEY_DIR=str(tmp_path / "other"))
    assert elsewhere.key_folder == tmp_path / "other"
    (shown,) = [entry for entry in elsewhere.in_force if entry.key == "key_folder"]
    assert shown.origin == "environment"


def test_log_files_lie_beside_the_configuration_file_or_nowhere(tmp_path: Path) -> None:
    assert load(tmp_path, {}).log_folder == tmp_path / "logs"
    assert load(tmp_path, {"log_folder": None}).log_folder is None


@pytest.mark.parametrize(
    ("ledger", "words"),
    [
        ({"heartbeat_second": 60}, "did you mean ledger.heartbeat_seconds"),
        ({"heartbeat_seconds": 241}, "ledger.heartbeat_seconds"),
        ({"reveal_after_hours": 0}, "ledger.reveal_after_hours"),
        ({"origin": "two words"}, "ledger.origin"),
        ({"origin": "with+plus"}, "ledger.origin"),
        ({"stream": ""}, "ledger.stream"),
        ({"witnesses": [{"url": "ftp://x", "vkey": VKEY}]}, "ledger.witnesses"),
        ({"witnesses": [{"url": "https://w.example"}]}, "vkey"),
        ({"witnesses": [{"url": "https://w.example", "vkey": VKEY, "name": "x"}]}, "name"),
        ({"anchor": {"interval_minutes": 0}}, "ledger.anchor.interval_minutes"),
        ({"anchor": {"certificate": "x.pem"}}, "did you mean ledger.anchor.certificate_file"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_names_it(tmp_path: Path, ledger: object, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, ledger)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_child_process_finds_the_same_keys_log_files_and_certificate(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        {"anchor": {"url": "https://tsa.example", "certificate_file": "root.pem"}},
        ARGO_DISTRIBUTION_KEY="k",
    )
    environ = {"ALPACA_API_KEY": "a", "ALPACA_SECRET_KEY": "b", "PROP_FIRM_API_KEY": "c", "PROP_FIRM_SECRET_KEY": "d"}
    generator = separate_processes(settings, environ)[0]
    ledger = msgspec.json.decode(generator.config)["ledger"]
    assert generator.environment["ARGO_KEY_DIR"] == str(tmp_path / "keys")
    assert ledger["log_folder"] == str(tmp_path / "logs")
    assert ledger["anchor"]["certificate_file"] == str(tmp_path / "root.pem")
