"""Accounts, consent, lists and events, and what is learned from them. None of it travels with a catalogue."""
