"""Values that the session's tests share."""

import pytest

from pti.network.queries import PlanSummary


@pytest.fixture
def plan_summary() -> PlanSummary:

    return PlanSummary("T-1", "Test^Tina", "19800102", "F", "2.25.2001", "2.25.3002", "2.25.3001", "Plan 1", "20260301")
