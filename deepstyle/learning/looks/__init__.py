"""Training of the garment detector on street looks."""
