"""The precomputed suggestions of a catalogue too large to compare every item with every other."""
