"""The command line: thin commands over the parts that do the work."""
