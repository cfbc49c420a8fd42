"""Anybody's table of gains and features: from CSV or Parquet files to the same tables that a study has."""
