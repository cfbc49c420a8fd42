"""Metrics, through scikit-learn and SciPy. Each says what it does where a class is absent from a fold."""
