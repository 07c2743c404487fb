"""What runs by itself: the cycle on its schedule, and the deliveries of what it left."""

from argo_server.jobs.delivering import delivering
from argo_server.jobs.executing import executing
from argo_server.jobs.schedule import running_schedule

__all__ = ["delivering", "executing", "running_schedule"]
