"""Accounts: who a person is, how she proves it, and what a signed-in browser holds."""
