"""What runs by itself, on APScheduler."""

from argo_server.jobs.schedule import running_schedule

__all__ = ["running_schedule"]
