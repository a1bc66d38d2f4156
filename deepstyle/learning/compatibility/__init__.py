"""Training the compatibility head."""
