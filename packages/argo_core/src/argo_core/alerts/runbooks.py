"""Every alert that can be raised, by the name of its runbook: docs/runbooks/NAME.md."""

from __future__ import annotations

from argo_core.alerts.rules import RULES

ALERT_TEST = "alert_test"
BACKUP_FAILED = "backup_failed"
CONFIG_REFUSED = "config_refused"
EXECUTOR_HALTED = "executor_halted"
EXECUTOR_RISK = "executor_risk"
EXECUTOR_SILENT = "executor_silent"
EXECUTOR_UNREACHABLE = "executor_unreachable"
POSITION_UNPROTECTED = "position_unprotected"
REPORT_FAILED = "report_failed"
REPORT_UNDELIVERED = "report_undelivered"
SECRETS_AWAY = "secrets_away"

RUNBOOKS: tuple[str, ...] = (
    *(rule.name for rule in RULES),
    ALERT_TEST,
    BACKUP_FAILED,
    CONFIG_REFUSED,
    EXECUTOR_HALTED,
    EXECUTOR_RISK,
    EXECUTOR_SILENT,
    EXECUTOR_UNREACHABLE,
    POSITION_UNPROTECTED,
    REPORT_FAILED,
    REPORT_UNDELIVERED,
    SECRETS_AWAY,
)
"""Each of them has its page, and no page is of another."""
