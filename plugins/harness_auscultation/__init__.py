"""Auscultation of seals: reader, features and networks after Rosiu 2021."""
