"""Features of the core: those that are made of others."""
