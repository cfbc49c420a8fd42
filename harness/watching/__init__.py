"""Watching a study: a snapshot of it as plain data, read from its ledger alone, and the views that draw one."""
