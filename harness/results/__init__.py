"""The result tables: schemas, writers, and the loader for pandas."""
