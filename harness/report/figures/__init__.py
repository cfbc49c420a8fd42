"""Figures as inline SVG: one file a figure, each a function from a table to HTML."""
