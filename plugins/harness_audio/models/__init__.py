"""Small networks that tasks share."""
