"""Networks built through transformers, which is imported when one is built."""
