"""The reference pages, each generated from the code that it describes: ``python -m harness.reference``."""
