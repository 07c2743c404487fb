"""Floor 3: what a signal may risk. Protective levels now; the seven layers and sizing come with the risk issue."""

from argo_core.risk.levels import LevelPolicy, Levels, protective_levels

__all__ = ["LevelPolicy", "Levels", "protective_levels"]
