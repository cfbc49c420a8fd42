"""From tables to answers: gains, task statistics, regression, predictability. Reads tables alone."""
