"""Settings of the property tests of the kernels."""

from __future__ import annotations

from hypothesis import settings

# The time limit of each test catches a hang; a limit per example turns a busy machine into a red test.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")
