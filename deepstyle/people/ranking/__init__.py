"""Rankings that learn: a session's taste, what many people looked at, trees over both. Nothing here trains."""
