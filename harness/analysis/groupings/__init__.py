"""Which tasks to train together: the choice of at most K networks with the best gains."""
