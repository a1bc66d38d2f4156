"""Feature 2, what goes together: learned from outfits."""
