"""What runs beside the requests: the removal of sessions that have ended."""

from alpine_web.jobs.running import running_jobs

__all__ = ["running_jobs"]
