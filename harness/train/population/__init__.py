"""The population engine: many trainings of the same shapes as one program (see :func:`train_population`)."""

from harness.train.population.eligible import pack_key, why_not
from harness.train.population.engine import train_population
from harness.train.population.members import Member

__all__ = ["Member", "pack_key", "train_population", "why_not"]
