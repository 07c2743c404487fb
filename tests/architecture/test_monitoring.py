"""Alert rules and dashboards name only metrics and labels that the code exports."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from scripts.metrics_reference import PAGE, exported, page
from tests.architecture.planted_tree import ROOT

PROMETHEUS, GRAFANA = ROOT / "deploy" / "prometheus", ROOT / "deploy" / "grafana"
RULE_FILES = ("alpine_rules.yml", "argo_rules.yml")
DASHBOARDS = (
    "api cache data_sources delivery ledger_and_verification optimisation risk signal_generation system".split()
)
NAMED = re.compile(r"\b((?:argo|alpine)_[a-z0-9_]+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r"([a-z_]+)\s*(?:=~|!~|!=|=)")
GROUPED = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
TOLD = re.compile(r"\{\{\s*(?:\$labels\.)?([a-z_]+)\s*\}\}")
TARGETS_OWN = {"job", "instance"}
FROM_SEEDS = (
    "argo_signal_generation_duration_seconds argo_data_source_requests_total argo_data_source_status"
    " argo_data_source_errors_total argo_data_source_latency_seconds argo_cache_hits_total argo_cache_misses_total"
    " argo_skipped_symbols_total argo_system_cpu_usage_percent argo_system_memory_usage_percent"
    " argo_system_disk_usage_percent"
).split()


def known_series() -> dict[str, set[str]]:
    """Each series that some process exports, with every label that it has anywhere."""
    found: dict[str, set[str]] = {}
    for one in exported():
        for name, labels in one.series().items():
            found.setdefault(name, set()).update(labels)
    return found


def unknown(query: str, told: str = "", known: dict[str, set[str]] | None = None) -> list[str]:
    """What a query, or the words about its answer, name that nobody exports."""
    known = known_series() if known is None else known
    found, labels = [], set(TARGETS_OWN)
    bare = re.sub(r"\"[^\"]*\"", '""', query)
    for name, matchers in NAMED.findall(bare):
        if name not in known:
            found.append(name)
            continue
        labels |= known[name]
        found += [f"{name}: {one}" for one in MATCHER.findall(matchers) if one not in known[name] | TARGETS_OWN]
    grouped = [one.strip() for part in GROUPED.findall(bare) for one in part.split(",")]
    return found + [one for one in (*grouped, *TOLD.findall(told)) if one not in labels]


def rules(name: str) -> Iterator[dict[str, Any]]:
    for group in yaml.safe_load((PROMETHEUS / name).read_text("utf-8"))["groups"]:
        yield from group["rules"]


def panels(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((GRAFANA / f"{name}.json").read_text("utf-8"))["panels"]
    return found


@pytest.mark.parametrize("name", RULE_FILES)
def test_every_alert_asks_for_what_is_exported_and_names_its_runbook(name: str) -> None:
    found = list(rules(name))
    assert len(found) > 10
    for rule in found:
        assert unknown(rule["expr"], rule["annotations"]["summary"]) == [], rule["alert"]
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert (ROOT / rule["annotations"]["runbook"]).is_file(), rule["alert"]


def test_there_is_a_dashboard_for_each_subject_and_no_other() -> None:
    assert sorted(path.stem for path in GRAFANA.glob("*.json")) == DASHBOARDS


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_panel_asks_for_what_is_exported(name: str) -> None:
    shown = panels(name)
    assert len(shown) >= 4
    assert len({panel["id"] for panel in shown}) == len(shown)
    for panel in shown:
        assert panel["targets"], panel["title"]
        for target in panel["targets"]:
            assert unknown(target["expr"], target["legendFormat"]) == [], panel["title"]


@pytest.mark.parametrize(
    ("query", "told", "found"),
    [
        ("rate(argo_cycles_total[5m])", "{{instance}}", []),
        ("rate(argo_cycle_total[5m])", "", ["argo_cycle_total"]),
        ('argo_breaker_state{vendor="xai"}', "", ["argo_breaker_state: vendor"]),
        ("sum by (symbl) (argo_signals_total)", "", ["symbl"]),
        ("argo_breaker_state", "{{ $labels.vendor }}", ["vendor"]),
        ("argo_cache_hits", "", ["argo_cache_hits"]),
    ],
)
def test_a_name_that_nobody_exports_is_found(query: str, told: str, found: list[str]) -> None:
    assert unknown(query, told) == found


def test_a_metric_that_is_renamed_is_missed_by_a_rule() -> None:
    known = known_series()
    known["argo_system_disk_percent"] = known.pop("argo_system_disk_usage_percent")
    missed = {rule["alert"] for rule in rules("argo_rules.yml") if unknown(rule["expr"], "", known)}
    assert missed == {"ArgoDiskHigh"}


def test_the_agreed_names_are_exported() -> None:
    assert set(FROM_SEEDS) <= {one.name for one in exported() if one.process == "generator"}


def test_the_reference_lists_every_metric() -> None:
    assert PAGE.read_text("utf-8") == page(), "run scripts/metrics_reference.py"


@pytest.mark.parametrize("asked", [("check", "config", "prometheus.yml"), ("test", "rules", "rules_test.yml")])
def test_promtool_takes_the_configuration_and_the_rules_fire_as_they_should(asked: tuple[str, ...]) -> None:
    program = shutil.which("promtool")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("promtool is missing: apt-get install prometheus")
        pytest.skip("promtool is missing (apt-get install prometheus)")
    done = subprocess.run([program, *asked], cwd=PROMETHEUS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_refuses_a_rule_that_cannot_be_read(tmp_path: Path) -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is missing (apt-get install prometheus)")
    bad = tmp_path / "bad.yml"
    bad.write_text("groups: [{name: a, rules: [{alert: A, expr: 'up =='}]}]\n", "utf-8")
    done = subprocess.run([program, "check", "rules", str(bad)], capture_output=True, text=True, check=False)
    assert done.returncode != 0
