"""Values that the session's tests share."""

import pytest

from pti.foundation.instances import RT_ION_PLAN, InstanceReference
from pti.network.queries import PlanSummary


@pytest.fixture
def plan_summary() -> PlanSummary:
    reference = InstanceReference(RT_ION_PLAN, "2.25.3001", "2.25.3002", "2.25.2001")
    return PlanSummary(reference, "T-1", "Test^Tina", "19800102", "F", "Plan 1", "20260301")
