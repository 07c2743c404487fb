"""Settings of traces: refused in one line; the collector's secret is shown to nobody and never sent in the clear."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from argo_core.errors import ConfigError
from argo_server.settings import Settings, load_settings
from argo_server.settings.tracing_section import collector_url


def load(folder: Path, section: object, **environ: str) -> Settings:
    file = folder / "config.json"
    file.write_text(json.dumps({"tracing": section}))
    return load_settings(environ, file)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"endpoint": "127.0.0.1:4318"}, "tracing.endpoint: is no address: write one as http://host:port"),
        ({"endpoint": "http://user:hunter2@127.0.0.1:4318"}, "tracing.endpoint"),
        ({"endpoint": "http://127.0.0.1:4318/?key=hunter2"}, "tracing.endpoint"),
        ({"endpoint": "http://127.0.0.1:99999"}, "tracing.endpoint is no address"),
        ({"endpoint": "http://:4318"}, "tracing.endpoint names no host or port"),
        ({"sample": 1.1}, "tracing.sample"),
        ({"sample": -0.1}, "tracing.sample"),
        ({"service_name": ""}, "tracing.service_name"),
        ({"header": "two words"}, "tracing.header"),
        ({"header_secret": "a\r\nx-evil: hunter2"}, "tracing.header_secret"),
        ({"endpont": ""}, "did you mean tracing.endpoint"),
        ({"endpoint": "http://collector.test:4318", "header_secret": "hunter2"}, "give tracing.endpoint with https://"),
    ],
)
def test_what_is_wrong_is_refused_in_one_line(tmp_path: Path, section: object, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, section)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("", ""),
        ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
        ("http://[::1]:4318/", "http://[::1]:4318/v1/traces"),
        ("https://collector.test/otlp", "https://collector.test/otlp/v1/traces"),
        ("https://collector.test/v1/traces", "https://collector.test/v1/traces"),
    ],
)
def test_spans_go_to_the_path_at_which_collectors_listen(tmp_path: Path, endpoint: str, url: str) -> None:
    assert collector_url(load(tmp_path, {"endpoint": endpoint}).file.tracing) == url


def test_the_environment_wins_and_the_secret_is_listed_for_nobody(tmp_path: Path) -> None:
    told = {"ARGO_TRACING_ENDPOINT": "http://localhost:4318", "ARGO_TRACING_SECRET": "Bearer hunter2"}
    loaded = load(tmp_path, {"endpoint": "http://127.0.0.1:1"}, **told)
    assert (loaded.file.tracing.endpoint, loaded.file.tracing.header_secret) == (
        "http://localhost:4318",
        "Bearer hunter2",
    )
    assert b"hunter2" not in msgspec.json.encode(loaded.in_force)
    assert "hunter2" not in loaded.written
