"""Feature 1, how one item looks: backbones, the 512-D head, export, the encoder that serves, search and evaluation."""
