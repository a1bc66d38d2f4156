"""Training the style embedding."""
