"""Settings of traces: refused in one line; the collector's secret is shown to nobody and never sent in the clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from alpine_core.errors import OperatorError
from alpine_web.settings import load_settings


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ENDPOINT": "127.0.0.1:4318"}, "ALPINE_TRACING_ENDPOINT is no collector's address"),
        ({"ENDPOINT": "http://user:hunter2@127.0.0.1:4318"}, "ALPINE_TRACING_ENDPOINT is no collector's address"),
        ({"ENDPOINT": "http://127.0.0.1:4318/?key=hunter2"}, "ALPINE_TRACING_ENDPOINT is no collector's address"),
        ({"ENDPOINT": "http://127.0.0.1:99999"}, "ALPINE_TRACING_ENDPOINT is no collector's address"),
        ({"ENDPOINT": "http://:4318"}, "ALPINE_TRACING_ENDPOINT is no collector's address"),
        ({"ENDPOINT": "ftp://127.0.0.1"}, "ALPINE_TRACING_ENDPOINT is no collector's address"),
        ({"SAMPLE": "1.1"}, "ALPINE_TRACING_SAMPLE is 1.1: it must be from 0 to 1"),
        ({"SAMPLE": "often"}, "ALPINE_TRACING_SAMPLE is 'often'"),
        ({"SERVICE": "two words"}, "ALPINE_TRACING_SERVICE"),
        ({"HEADER": "two words"}, "ALPINE_TRACING_HEADER"),
        ({"SECRET": "a\r\nx-evil: hunter2"}, "ALPINE_TRACING_SECRET must be printable"),
        ({"ENDPONT": ""}, "did you mean ALPINE_TRACING_ENDPOINT"),
        ({"ENDPOINT": "http://collector.test:4318", "SECRET": "hunter2"}, "give ALPINE_TRACING_ENDPOINT https://"),
    ],
)
def test_what_is_wrong_is_refused_in_one_line(tmp_path: Path, given: dict[str, str], words: str) -> None:
    with pytest.raises(OperatorError) as refused:
        load_settings({f"ALPINE_TRACING_{name}": text for name, text in given.items()}, tmp_path)
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
    assert load_settings({"ALPINE_TRACING_ENDPOINT": endpoint}, tmp_path).tracing.collector_url == url


def test_the_secret_is_listed_for_nobody(tmp_path: Path) -> None:
    told = {"ALPINE_TRACING_ENDPOINT": "http://localhost:4318", "ALPINE_TRACING_SECRET": "Bearer hunter2"}
    settings = load_settings(told, tmp_path)
    assert settings.tracing.secret == "Bearer hunter2"
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings.in_force)
