"""Published ways to judge predictors of gains, as they were, beside the harness's own."""
