"""Everything that trains; nothing that serves imports it."""
