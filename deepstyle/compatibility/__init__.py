"""Feature 2: what goes together."""
