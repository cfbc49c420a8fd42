"""Networks for auscultation."""
