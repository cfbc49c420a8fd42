"""Multi-task architectures beyond hard sharing."""
