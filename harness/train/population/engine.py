"""The population engine: many trainings of the same shapes as one program."""

from __future__ import annotations

import gc
import time
import warnings
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from functools import partial

import torch

from harness.plugins import Registry, load_registry
from harness.train.checkpoint import Holder
from harness.train.guards import session
from harness.train.loop import start, train
from harness.train.population.batches import layout_of
from harness.train.population.members import CannotStack, Member, Seat, take_seat
from harness.train.population.outcome import Answer, Answers
from harness.train.population.population import Population
from harness.train.setup import build_run
from harness.train.store import Banks


def train_population(
    members: Sequence[Member],
    *,
    registry: Registry | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> list[Answer]:
    """Train the members together, and return what :func:`harness.train.loop.train` would return or raise for
    each, in their order: they agree with it as far as sums in another order do.

    Members that cannot be in one population are trained in several, one after another, or by the loop; the
    result's ``engine`` says so. Where the memory does not suffice, or a member's component fails, the
    population is cut in two and goes on from the members' states, so that a failure is one member's own.
    When ``should_stop`` says so, every member that has no result writes its checkpoint, and its answer is
    :class:`TrainingStopped`. The times of a result are the member's share of the population's.
    """
    if not members:
        return []
    first = members[0].spec
    with session(first.device, deterministic=first.deterministic) as device:
        work = _Work(members, registry or load_registry(), should_stop, device)
        work.train(list(range(len(members))))
        return [work.answers.found[number] for number in range(len(members))]


class _Work:
    """What one call is about."""

    def __init__(
        self,
        members: Sequence[Member],
        registry: Registry,
        should_stop: Callable[[], bool] | None,
        device: torch.device,
    ) -> None:
        self.members, self.registry, self.should_stop, self.device = members, registry, should_stop, device
        self.answers = Answers()

    def train(self, numbers: list[int]) -> None:
        """Train some members, whatever happens."""
        try:
            self._try(numbers)
            return
        except Exception as error:
            left = [number for number in numbers if number not in self.answers.found]
            if len(left) == 1:
                self.answers.found[left[0]] = error
                return
            text = f"{len(left)} trainings that were made together failed ({type(error).__name__}: {error}); "
            warnings.warn(text + "they go on in two halves", RuntimeWarning, stacklevel=2)
        # outside of the clause, so that nothing refers to the failed step's tensors any more
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        middle = len(left) // 2
        self.train(left[:middle])
        self.train(left[middle:])

    def _try(self, numbers: list[int]) -> None:
        banks: Banks = {}
        groups: dict[Hashable, list[Seat]] = {}
        for number in numbers:
            seat = self._seat(number, banks)
            if seat is not None:
                groups.setdefault(layout_of(seat), []).append(seat)
        for seats in groups.values():
            self._together(seats)

    def _seat(self, number: int, banks: Banks) -> Seat | None:
        member, started = self.members[number], time.perf_counter()
        build = partial(build_run, member.data, member.spec, self.registry, self.device, banks)
        try:
            holder: Holder | None = self.answers.held(number) or member.checkpoints
            run, tally = start(build, holder)
        except (MemoryError, torch.OutOfMemoryError):
            raise
        except Exception as error:
            self.answers.found[number] = error
            return None
        tally.wall_s += time.perf_counter() - started
        return take_seat(number, member, run, tally)

    def _together(self, seats: list[Seat]) -> None:
        try:
            population = Population(seats, self.registry, self.answers)
        except CannotStack as reason:
            for seat in seats:
                self._alone(seat.number, str(reason))
            return
        population.run(self.should_stop)

    def _alone(self, number: int, reason: str) -> None:
        """Train a member by the loop."""
        member = self.members[number]
        try:
            result = train(
                member.data,
                member.spec,
                checkpoints=member.checkpoints,
                registry=self.registry,
                should_stop=self.should_stop,
            )
        except Exception as error:
            self.answers.found[number] = error
        else:
            self.answers.found[number] = replace(result, engine=f"loop ({reason})")
