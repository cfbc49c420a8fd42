"""The sections of the report: one file a section, each a function from :class:`harness.report.facts.Facts` to HTML."""
