"""The report in other formats than the page: Markdown with its figures beside it, and print."""
