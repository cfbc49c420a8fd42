"""The predictors that ship with the harness: statistics of tasks that may tell a gain beforehand."""
