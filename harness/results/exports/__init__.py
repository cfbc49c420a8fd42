"""A study's tables as files for people and programs that do not read Parquet, with a description of every column."""
