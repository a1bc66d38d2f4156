"""What people wear: the garments in a photo, worn looks, whole looks as objects."""
