"""The sections of the report: one file a section, each a function from the facts of a study to HTML."""
