"""Components of the core itself: the local executor and the default predictors."""
