from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Enough for every run, and quick; PLAN_EXAMPLES=2000 is for after a change to the planner.
settings.register_profile(
    "plan",
    max_examples=int(os.environ.get("PLAN_EXAMPLES", "20")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("plan")
