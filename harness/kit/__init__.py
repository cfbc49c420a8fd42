"""The kit for authors of plugins: a package to begin with, and contracts that an installed one is checked by."""
