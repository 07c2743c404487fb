"""Settings: where each value comes from, and one-line errors for whatever is wrong with a file."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from argo_core.errors import ConfigError
from argo_server.settings import Settings, load_settings, with_server, with_symbols
from argo_server.weights import configured_weights

# The examples of the user's documents, together: every key must be accepted.
SEED_EXAMPLE = {
    "massive": {"api_key": "...", "enabled": True},
    "alpha_vantage": {"api_key": "...", "enabled": True},
    "x_api": {"bearer_token": "...", "enabled": True},
    "sonar": {"api_key": "...", "enabled": True},
    "alpaca": {
        "dev": {"api_key": "...", "secret_key": "..."},
        "production": {"api_key": "...", "secret_key": "..."},
        "prop_firm_test": {"api_key": "...", "secret_key": "...", "paper": True},
    },
    "prop_firm": {
        "enabled": True,
        "account": "prop_firm_test",
        "risk_limits": {
            "max_drawdown_pct": 2.0,
            "daily_loss_limit_pct": 4.5,
            "max_position_size_pct": 3.0,
            "min_confidence": 82.0,
            "max_positions": 3,
            "max_stop_loss_pct": 1.5,
        },
        "monitoring": {"enabled": True, "check_interval_seconds": 5, "alert_on_warning": True, "auto_shutdown": True},
    },
    "strategy": {
        "weight_massive": 0.4,
        "weight_alpha_vantage": 0.25,
        "weight_x_sentiment": 0.2,
        "weight_sonar": 0.15,
    },
    "trading": {
        "min_confidence": 75.0,
        "auto_execute": True,
        "position_size_pct": 10,
        "max_position_size_pct": 16,
        "max_correlated_positions": 5,
        "max_drawdown_pct": 10,
        "daily_loss_limit_pct": 5.0,
    },
    "executor": {
        "id": "argo",
        "type": "trading_executor",
        "signal_source": "unified_generator",
        "signal_source_url": "http://localhost:7999",
    },
    "signal_generation": {
        "enabled": True,
        "interval_seconds": 5,
        "symbols": ["AAPL", "NVDA", "TSLA", "MSFT", "BTC-USD", "ETH-USD"],
        "min_confidence": 60.0,
        "price_change_threshold": 0.001,
        "distribute_to": ["argo", "prop_firm"],
    },
    "database": {"path": "data/signals_unified.db", "unified": True},
    "data_sources": {
        "weights": {
            "alpaca_pro": 0.40,
            "massive": 0.40,
            "yfinance": 0.25,
            "alpha_vantage": 0.25,
            "x_sentiment": 0.20,
            "sonar": 0.15,
        }
    },
    "backtest": {},
}


def load(folder: Path, document: object, **environ: str) -> Settings:
    file = folder / "config.json"
    file.write_text(json.dumps(document))
    return load_settings(environ, file)


def value_of(loaded: Settings, key: str) -> tuple[str, str]:
    return next((setting.value, setting.origin) for setting in loaded.in_force if setting.key == key)


def test_without_a_file_the_defaults_are_in_force() -> None:
    loaded = load_settings({})
    assert loaded.file.signal_generation.interval_seconds == 5.0
    assert loaded.file.signal_generation.symbols == ("AAPL", "NVDA", "TSLA", "MSFT", "BTC-USD", "ETH-USD")
    assert loaded.database_url.endswith("/data/signals_unified.db")
    assert value_of(loaded, "signal_generation.min_confidence") == ("60.0", "default")


def test_every_key_of_the_users_examples_is_accepted(tmp_path: Path) -> None:
    loaded = load(tmp_path, SEED_EXAMPLE)
    assert loaded.file.prop_firm.risk_limits.max_positions == 3
    assert loaded.file.signal_generation.price_change_threshold == 0.001


def test_a_flat_broker_account_is_accepted_too(tmp_path: Path) -> None:
    assert load(tmp_path, {"alpaca": {"api_key": "a", "secret_key": "b", "paper": True}}).file.alpaca.api_key == "a"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"signal_generation": {"min_confidense": 1}}, "did you mean signal_generation.min_confidence"),
        ({"signalgeneration": {}}, "did you mean signal_generation"),
        ({"alpaca": {"prod": {}}}, "unknown key 'alpaca.prod'"),
        ({"signal_generation": {"min_confidence": 101}}, "signal_generation.min_confidence"),
        ({"signal_generation": {"interval_seconds": 0}}, "signal_generation.interval_seconds"),
        ({"signal_generation": {"symbols": "AAPL"}}, "signal_generation.symbols"),
        ({"server": {"port": 70000}}, "server.port"),
        ({"signal_generation": {"symbols": []}}, "name at least one"),
        ({"signal_generation": {"symbols": ["AAPL", "AAPL"]}}, "names AAPL twice"),
        ({"signal_generation": {"symbols": ["aapl"]}}, "use upper case"),
        ([], "expected object"),
        ({"data_sources": {"weights": {"sonar": 0.1, "alpaca_pro": 1.5}}}, "data_sources.weights.alpaca_pro: expected"),
        ({"market": {"feed": "lve"}}, "market.feed: 'lve' is none of auto, live, replay"),
        ({"massive": {"url": "ftp://x"}}, "massive.url: is no address: write one that begins with http://"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line_that_names_the_place(tmp_path: Path, document: object, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, document)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ALPACA_DATA_URL", "ftp://x", "ALPACA_DATA_URL: is no address"),
        ("ALPACA_DATA_URL", "http://x/?apikey=abc", "ALPACA_DATA_URL: url holds a query"),
        ("REDIS_PORT", "many", "REDIS_PORT: expected int"),
    ],
)
def test_a_variable_that_is_wrong_is_named_itself(name: str, value: str, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_settings({name: value})
    assert str(refused.value).startswith(words)


def test_an_empty_file_is_told_from_a_broken_one(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(" \n")
    with pytest.raises(ConfigError, match="is empty"):
        load_settings({}, file)


@pytest.mark.parametrize("text", ["{", '{"a": 1,}', "\x00", '{"server": NaN}', "\ufeff{}"])
def test_a_file_that_is_not_json_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.json"
    file.write_text(text)
    with pytest.raises(ConfigError, match="is not JSON"):
        load_settings({}, file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ARGO_CONFIG"):
        load_settings({"ARGO_CONFIG": str(tmp_path / "missing.json")})


def test_the_console_s_password_may_stand_in_the_environment_and_is_not_listed(tmp_path: Path) -> None:
    document = {"server": {"console_password": "the file's"}}
    loaded = load(tmp_path, document, ARGO_CONSOLE_PASSWORD="the environment's")
    assert loaded.file.server.console_password == "the environment's"
    assert "the environment's" not in msgspec.json.encode(loaded.in_force).decode()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"database": {"path": "x.db"}}, ARGO_DATABASE_URL="postgresql+asyncpg://u:secret@h/d")
    assert loaded.database_url == "postgresql+asyncpg://u:secret@h/d"
    assert value_of(loaded, "database_url") == ("postgresql+asyncpg://u:••••@h/d", "environment")


def test_an_unknown_stage_is_refused() -> None:
    with pytest.raises(ConfigError, match="ARGO_ENV"):
        load_settings({"ARGO_ENV": "staging"})


def test_no_secret_is_ever_listed(tmp_path: Path) -> None:
    hidden = "do-not-show-this"
    document = {
        "massive": {"api_key": hidden},
        "x_api": {"bearer_token": hidden},
        "alpaca": {"dev": {"api_key": hidden, "secret_key": hidden}},
        "server": {"console_password": hidden},
    }
    loaded = load(tmp_path, document, ARGO_DATABASE_URL=f"postgresql+asyncpg://u:{hidden}@h/d")
    assert hidden not in msgspec.json.encode(loaded.in_force).decode()


def test_older_and_newer_names_of_a_weight_must_agree(tmp_path: Path) -> None:
    document = {"strategy": {"weight_massive": 0.4}, "data_sources": {"weights": {"massive": 0.5}}}
    with pytest.raises(
        ConfigError, match=r"data_sources\.weights\.massive is 0\.5 but strategy\.weight_massive is 0\.4"
    ):
        configured_weights(load(tmp_path, document).file)


def test_the_older_names_set_both_members_of_their_group(tmp_path: Path) -> None:
    weights = configured_weights(load(tmp_path, {"strategy": {"weight_massive": 0.38}}).file)
    assert (weights["massive"], weights["alpaca_pro"], weights["sonar"]) == (0.38, 0.38, 0.15)


def test_a_weight_for_a_source_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such source"):
        configured_weights(load(tmp_path, {"data_sources": {"weights": {"bloomberg": 0.1}}}).file)


def test_a_command_line_wins_over_the_file(tmp_path: Path) -> None:
    loaded = with_symbols(with_server(load(tmp_path, {"server": {"port": 8100}}), None, 8200), "AAPL, BTC-USD")
    assert (loaded.file.server.host, loaded.file.server.port) == ("127.0.0.1", 8200)
    assert loaded.file.signal_generation.symbols == ("AAPL", "BTC-USD")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
SECTIONS = st.sampled_from([*SEED_EXAMPLE, "levels", "server", "replay", "regime", "horizon", "consensus"])
KEYS = st.sampled_from(["enabled", "symbols", "port", "api_key", "weights", "min_confidence", "start", "path", "dev"])


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=st.dictionaries(SECTIONS, JSON | st.dictionaries(KEYS, JSON, max_size=3), max_size=3))
def test_whatever_a_file_holds_it_is_loaded_or_refused_in_one_line(tmp_path: Path, document: object) -> None:
    try:
        load(tmp_path, document)
    except ConfigError as refused:
        assert "\n" not in str(refused)
