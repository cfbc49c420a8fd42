"""Base classes that plugins derive from; import them from :mod:`harness.api`."""
