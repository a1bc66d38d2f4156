"""What writes a catalogue by itself: feeds in sync, imports and webhooks over HTTP. One job per store at a time."""
