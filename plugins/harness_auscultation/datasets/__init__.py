"""Readers of auscultation recordings."""
