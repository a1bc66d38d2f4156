"""From bytes to safe pixels: formats, limits, colour profiles, crops and sizes."""
