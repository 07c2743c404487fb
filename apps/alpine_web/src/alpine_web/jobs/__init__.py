"""What runs beside the requests: the removal of sessions that have ended, the vigil over logs."""

from alpine_web.jobs.running import running_jobs

__all__ = ["running_jobs"]
