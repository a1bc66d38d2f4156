"""How one item looks: the packaged model, the encoder, the encoding of a catalogue, and visual search."""
