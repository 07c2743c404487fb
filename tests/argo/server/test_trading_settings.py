"""Each key about trading has its effect: what a file says is what the rules of the account then are."""

from __future__ import annotations

import operator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from argo_core.errors import ConfigError
from argo_core.model.alert import Alert, Severity
from argo_core.pipeline.alert_desk import AlertDesk
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_alerts import MemoryAlerts
from argo_server.settings import executor_role
from argo_server.wiring.account_rules import AccountRules, account_rules, check_seconds
from argo_server.wiring.alert_log import AlertLog
from tests.argo.server.executors import settings_of

REGULAR: dict[str, Any] = {}
PROP_FIRM = {"prop_firm": {"enabled": True}}


def rules_of(folder: Path, document: dict[str, Any]) -> AccountRules:
    """Of an account that began with 100,000."""
    return account_rules(executor_role(settings_of(folder, document), None), 100_000.0)


def with_key(document: dict[str, Any], key: str, value: object) -> dict[str, Any]:
    """The document with one dotted key set."""
    name, _, rest = key.partition(".")
    return {**document, name: with_key(document.get(name, {}), rest, value) if rest else value}


def layer(rules: AccountRules, name: str, field: str) -> object:
    """A layer's figure."""
    return next(operator.attrgetter(field)(one) for one in rules.policy.layers if type(one).__name__ == name)


def read(rules: AccountRules, place: str) -> object:
    """`Layer:field`, or a path into the rules."""
    name, colon, field = place.partition(":")
    return layer(rules, name, field) if colon else operator.attrgetter(place)(rules)


@pytest.mark.parametrize(
    ("document", "key", "value", "place", "before", "after"),
    [
        (REGULAR, "trading.auto_execute", True, "policy.standing.auto_execute", False, True),
        (REGULAR, "trading.min_confidence", 80, "ConfidenceMinimum:min_confidence", 75.0, 80.0),
        (REGULAR, "trading.position_size_pct", 5, "policy.size.base_pct", 10.0, 5.0),
        (REGULAR, "trading.max_position_size_pct", 8, "PositionSize:max_pct", 16.0, 8.0),
        (REGULAR, "trading.max_position_size_pct", 8, "policy.size.base_pct", 10.0, 8.0),
        (REGULAR, "trading.max_correlated_positions", 2, "CorrelationLimit:max_positions", 5, 2),
        (REGULAR, "trading.max_drawdown_pct", 10, "executor.watch.max_loss.pct", 20.0, 10.0),
        (REGULAR, "trading.daily_loss_limit_pct", 3, "executor.watch.daily_loss.pct", 5.0, 3.0),
        (REGULAR, "trading.max_signal_age_seconds", 60, "SignalAge:max_age_seconds", 300.0, 60.0),
        (REGULAR, "trading.flip", False, "policy.flip", True, False),
        (REGULAR, "trading.refresh_seconds", 10, "executor.refresh_seconds", 30.0, 10.0),
        (REGULAR, "trading.anchor.timezone", "UTC", "executor.watch.anchor.timezone", "America/New_York", "UTC"),
        (REGULAR, "trading.protection.adopted_stop_pct", 4, "executor.protection.adopted_stop_pct", 2.0, 4.0),
        (REGULAR, "trading.flattening.adverse_sigmas", 1, "executor.watch.cost.adverse_sigmas", 3.0, 1.0),
        (REGULAR, "trading.simulated.slippage_pct", 1, "executor.watch.cost.slippage_pct", 0.05, 1.0),
        (PROP_FIRM, "prop_firm.risk_limits.min_confidence", 90, "ConfidenceMinimum:min_confidence", 82.0, 90.0),
        (PROP_FIRM, "trading.min_confidence", 90, "ConfidenceMinimum:min_confidence", 82.0, 90.0),
        (PROP_FIRM, "prop_firm.risk_limits.max_position_size_pct", 2, "PositionSize:max_pct", 3.0, 2.0),
        (PROP_FIRM, "prop_firm.risk_limits.max_positions", 1, "PositionCount:max_positions", 3, 1),
        (PROP_FIRM, "prop_firm.risk_limits.max_correlated_positions", 1, "CorrelationLimit:max_positions", 3, 1),
        (PROP_FIRM, "prop_firm.risk_limits.max_stop_loss_pct", 1, "StopDistance:max_stop_pct", 1.5, 1.0),
        (PROP_FIRM, "prop_firm.risk_limits.max_drawdown_pct", 1, "executor.watch.own_max_loss.pct", 2.0, 1.0),
        (PROP_FIRM, "prop_firm.risk_limits.daily_loss_limit_pct", 2, "executor.watch.own_daily_loss.pct", 4.5, 2.0),
        (
            PROP_FIRM,
            "prop_firm.risk_limits.restricted_symbols",
            ["TSLA"],
            "RestrictedSymbols:refused",
            frozenset(),
            frozenset({"TSLA"}),
        ),
        (PROP_FIRM, "prop_firm.monitoring.auto_shutdown", False, "executor.watch.flatten", True, False),
        (
            PROP_FIRM,
            "prop_firm.rule_pack",
            "ftmo-2-step",
            "label",
            "our own limits for a prop firm account (rule pack seed-limits)",
            "FTMO Challenge: 2-Step, as published (rule pack ftmo-2-step)",
        ),
    ],
)
def test_a_key_sets(
    tmp_path: Path, document: dict[str, Any], key: str, value: object, place: str, before: object, after: object
) -> None:
    assert read(rules_of(tmp_path, document), place) == before
    assert read(rules_of(tmp_path, with_key(document, key, value)), place) == after


def test_crisis_is_skipped_unless_pack_and_operator_agree_otherwise(tmp_path: Path) -> None:
    def names(document: dict[str, Any]) -> set[str]:
        return {type(one).__name__ for one in rules_of(tmp_path, document).policy.layers}

    assert "NoCrisis" in names(PROP_FIRM)
    bold = with_key(PROP_FIRM, "prop_firm.risk_limits.skip_crisis", False)
    assert "NoCrisis" in names(bold)
    assert "NoCrisis" not in names(with_key(bold, "prop_firm.rule_pack", "ftmo-2-step"))
    assert "NoCrisis" not in names(REGULAR)


@pytest.mark.parametrize(
    ("monitoring", "seconds"),
    [({}, 5.0), ({"check_interval_seconds": 2}, 2.0), ({"enabled": False}, 30.0)],
)
def test_an_account_is_looked_at_every(tmp_path: Path, monitoring: dict[str, Any], seconds: float) -> None:
    document = with_key(PROP_FIRM, "prop_firm.monitoring", monitoring)
    assert check_seconds(executor_role(settings_of(tmp_path, document), None)) == seconds


async def test_warnings_are_told_unless_alert_on_warning_is_off() -> None:
    warning = Alert(
        dedup_key="level",
        title="level WARNING",
        message="70 %",
        severity=Severity.WARNING,
        source="argo",
        raised_at=datetime(2026, 3, 2, tzinfo=UTC),
        runbook="executor_risk",
    )
    desk = AlertDesk(MemoryAlerts(), {}, FixedClock(warning.raised_at), lambda: 0.0)
    assert (await AlertLog(desk, warnings=False).send(warning)).detail == "alert_on_warning is off"
    assert (await AlertLog(desk, warnings=True).send(warning)).detail == "kept: nothing new to tell"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("executor.type", "another"),
        ("executor.signal_source", "another"),
        ("executor.id", "Not A Name"),
        ("trading.mode", "margin"),
        ("prop_firm.monitoring.check_interval_seconds", 0),
        ("trading.daily_loss_limit_pct", 101),
    ],
)
def test_a_value_that_means_nothing_is_refused_by_its_key(tmp_path: Path, key: str, value: object) -> None:
    with pytest.raises(ConfigError, match=key.replace(".", r"\.")):
        settings_of(tmp_path, with_key({}, key, value))
