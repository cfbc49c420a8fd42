"""From plan to ledger to executor, and back: what is to be trained, what was, and where."""
