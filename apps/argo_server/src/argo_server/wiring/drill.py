"""The exercise of the kill switch, and the migrations of the database that it is held in."""

from argo_core.adapters.simulated.kill_switch_exercise import exercise_kill_switch
from argo_server.wiring.executor import MIGRATIONS

__all__ = ["MIGRATIONS", "exercise_kill_switch"]
