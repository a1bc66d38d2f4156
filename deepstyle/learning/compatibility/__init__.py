"""Training of the compatibility head."""
