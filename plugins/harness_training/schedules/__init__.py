"""Batch schedules, one a file.

All but ``balanced`` take the samples of a draw from one endless stream of shuffled epochs, which depends on
the draw's name and number of samples and on the seed, never on the partners: a task sees the same samples in
the same order alone and in a group.
"""
