"""Training pictures that are not a catalogue: phone photos, worn looks and drawn garments, augmented in batches."""
