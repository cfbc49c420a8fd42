"""Training: engines, steps, checkpoints.

``loop.py`` is the reference engine and the file to read first; what it uses is built in ``setup.py``.
"""
