"""The report: figures and one self-contained HTML file. Reads tables alone."""
