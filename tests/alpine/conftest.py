"""How much the distributor's properties are tried. The producer's tests have their own settings; nothing is shared."""

from __future__ import annotations

import os

from hypothesis import settings

# `make test` tries a slice of cases, `make test-long` and `make soak` try many.
settings.register_profile("alpine-slice", max_examples=100, deadline=None)
settings.register_profile("alpine-full", max_examples=2000, deadline=None)
settings.load_profile("alpine-slice" if os.environ.get("TEST_COUNTS", "slice") == "slice" else "alpine-full")
