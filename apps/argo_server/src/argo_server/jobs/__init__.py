"""What runs by itself: the cycle on its schedule, the deliveries of what it left, the care for the log."""

from argo_server.jobs.alerting import telling, watching_alerts
from argo_server.jobs.backing_up import schedule_backups
from argo_server.jobs.delivering import delivering
from argo_server.jobs.executing import executing
from argo_server.jobs.keeping_secrets import keeping_secrets
from argo_server.jobs.lab_keeping import keeping_lab
from argo_server.jobs.ledger_keeping import keeping_ledger
from argo_server.jobs.parity import schedule_parity
from argo_server.jobs.refreshing import refreshing
from argo_server.jobs.reloading import reloading
from argo_server.jobs.reporting import schedule_reports
from argo_server.jobs.schedule import running_schedule
from argo_server.jobs.watching_executors import watching_executors
from argo_server.jobs.working import working

__all__ = [
    "delivering",
    "executing",
    "keeping_lab",
    "keeping_ledger",
    "keeping_secrets",
    "refreshing",
    "reloading",
    "running_schedule",
    "schedule_backups",
    "schedule_parity",
    "schedule_reports",
    "telling",
    "watching_alerts",
    "watching_executors",
    "working",
]
