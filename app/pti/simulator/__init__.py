"""A virtual treatment room and an embedded treatment management system, for demonstration, training and tests."""
