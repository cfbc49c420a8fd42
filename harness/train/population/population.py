"""Trainings of one layout, made as one from their present states to their ends."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import torch

from harness.errors import TrainingStopped
from harness.plugins import Registry
from harness.train.guards import CUDA_CHECK_STEPS
from harness.train.loop import add_points, ended, final_rows, result_of, rung_result
from harness.train.population.batches import Batches, StackedBatch, positions_of
from harness.train.population.combine import stacked_combiner
from harness.train.population.curves import Recent
from harness.train.population.evaluate import Evaluator
from harness.train.population.gather import Gatherer
from harness.train.population.graph import Graph
from harness.train.population.members import Seat
from harness.train.population.network import rehearse, stacked_network
from harness.train.population.outcome import Answers, out_of_memory
from harness.train.population.own_optim import optimizer_for
from harness.train.population.stack import Stacks
from harness.train.population.step import Stepper
from harness.train.population.watch import StackedWatch
from harness.train.rungs import at_rung


class Population:
    """``seats`` are trained until each has its answer.

    Raises :class:`CannotStack` when they cannot be members of one population. Any other error leaves the
    states of the members that have no answer yet in ``answers``, as far as they are whole.
    """

    def __init__(self, seats: Sequence[Seat], registry: Registry, answers: Answers) -> None:
        self.seats, self.answers = list(seats), answers
        self.combiner = stacked_combiner(registry, self.seats)
        self.stacks = Stacks([seat.run.network.model for seat in seats])
        learned = [] if self.combiner is None else list(self.combiner.parameters())
        self.optimizer = optimizer_for(self.seats, self.stacks, learned)
        self.recent, self.watch = Recent(), StackedWatch(seats[0].run.device)
        self.gone: set[int] = set()
        self._prepare()
        data = seats[0].run.data
        rehearse(self.network, self.stacks, data.datasets[0].features.shape[1:])

    def run(self, should_stop: Callable[[], bool] | None) -> None:
        """Train until every member has its answer."""
        try:
            self._leave()
            while self.seats:
                if should_stop is not None and should_stop():
                    self._stop()
                    return
                self._step()
                self._save([member for member in self._going() if _checkpoint_due(self.seats[member])])
        except Exception as error:
            if out_of_memory(error):
                traceback.clear_frames(error.__traceback__)  # what the failed step holds on the device
            if self.stepper.whole:
                self.stepper.undo()
                self._hold()
            raise

    def _prepare(self) -> None:
        """Make what depends on who the members are."""
        self.network = stacked_network(self.stacks, self.seats[0].run.spec.tasks)
        self.gatherer = Gatherer(
            [seat.run.store for seat in self.seats], len(self.seats[0].run.data.datasets)
        )
        self.batches = Batches(self.seats, self.gatherer)
        self.evaluator = Evaluator(self.seats, self.stacks, self.network, self.gatherer)
        self.stepper = Stepper(self.seats, self.stacks, self.network, self.combiner, self.optimizer)
        self.graph = Graph(self.stepper)
        self.enough = gone_before_compaction(self.seats[0].run.device, len(self.seats))

    def _going(self) -> list[int]:
        """Return the members that have no answer yet."""
        return [member for member in range(len(self.seats)) if member not in self.gone]

    def _step(self) -> None:
        started = time.perf_counter()
        positions = [positions_of(seat) for seat in self.seats]
        batch = self.batches.next(positions, [seat.tally.step for seat in self.seats])
        clock = time.perf_counter()
        self._update(batch)
        due = {member: tasks for member in self._going() if (tasks := self.seats[member].due())}
        if due or self.watch.is_due:
            self._fail(self.watch.look(self.seats))
        if due or len(self.recent) >= CUDA_CHECK_STEPS:
            self.recent.hand_out(self.seats)
        self._evaluate({member: tasks for member, tasks in due.items() if member not in self.gone})
        now, going = time.perf_counter(), self._going()
        for seat in (self.seats[member] for member in going):
            seat.tally.busy_s += (now - clock) / len(going)
            seat.tally.wall_s += (now - started) / len(going)
        self.stepper.whole = True
        if due or self.gone:
            self._leave()

    def _update(self, batch: StackedBatch) -> None:
        made = self.graph.make(batch, self.graph.begin())
        for seat in self.seats:
            seat.tally.step += 1
        self.watch.see(made.losses, made.finite)
        self.recent.add(made.losses, made.logits, batch.targets)

    def _evaluate(self, due: Mapping[int, Sequence[int]]) -> None:
        for member, seen in self.evaluator.validation(due).items() if due else ():
            seat = self.seats[member]
            try:
                add_points(seat.run, seat.tally, seen)
            except Exception as error:
                self._fail({member: error})

    def _fail(self, errors: Mapping[int, Exception]) -> None:
        """End members by errors of their own."""
        for member, error in errors.items():
            if out_of_memory(error):
                raise error
            if member in self.gone:
                continue
            self.answers.found[self.seats[member].number] = error
            self.gone.add(member)

    def _leave(self) -> None:
        """Give those that are at their end their results, and go on without those that have an answer."""
        for member in self._going():
            run = self.seats[member].run
            if ended(run) or at_rung(run):
                try:
                    self._finish(member)
                except Exception as error:
                    self._fail({member: error})
        if len(self.gone) >= self.enough or not self._going():
            self._compact()

    def _finish(self, member: int) -> None:
        seat, started = self.seats[member], time.perf_counter()
        if ended(seat.run):
            rows = final_rows(seat.run, seat.tally)
            seat.tally.wall_s += time.perf_counter() - started
            result = result_of(seat.run, seat.tally, rows)
        else:
            self._save([member])
            result = rung_result(seat.run, seat.tally)
        self.answers.found[seat.number] = replace(result, engine="population")
        self.gone.add(member)

    def _compact(self) -> None:
        self.recent.hand_out(self.seats)
        self._fail(self.watch.look(self.seats))
        kept = self._going()
        self.seats, self.gone = [self.seats[member] for member in kept], set()
        if not kept:
            return
        index = torch.tensor(kept)
        self.stacks.keep(kept)
        if self.combiner is not None:
            self.combiner.keep(index)
        self.optimizer.keep(index)
        self._prepare()

    def _state(self, member: int) -> dict[str, object]:
        """Return a member's state in the loop's form; the combiners must have theirs."""
        seat = self.seats[member]
        seat.run.optimizer.load_state_dict(self.optimizer.state_of(member))
        return {"run": seat.run.state(), "tally": vars(seat.tally)}

    def _scatter(self) -> None:
        self.recent.hand_out(self.seats)
        if self.combiner is not None:
            self.combiner.scatter([s.run.combiner for s in self.seats if s.run.combiner is not None])

    def _save(self, members: Sequence[int]) -> None:
        """Write the checkpoints of some members."""
        if members:
            self._scatter()
        for member in members:
            checkpoints = self.seats[member].member.checkpoints
            if checkpoints is not None:
                checkpoints.save(self._state(member))

    def _hold(self) -> None:
        """Keep the states of the members that have no answer yet."""
        self._scatter()
        for member in self._going():
            self.answers.hold(self.seats[member].number, self._state(member))

    def _stop(self) -> None:
        self._save(self._going())
        for seat in (self.seats[member] for member in self._going()):
            self.answers.found[seat.number] = TrainingStopped(
                f"the training was asked to stop after {seat.tally.step} steps"
            )


def gone_before_compaction(device: torch.device, members_n: int) -> int:
    """Return how many members must be gone before the others go on without them. On CUDA a compaction costs a
    new capture of the step; until then those that are gone are trained to no end.
    """
    return 1 if device.type == "cpu" else max(1, members_n // 4)


def _checkpoint_due(seat: Seat) -> bool:
    return seat.member.checkpoints is not None and seat.member.checkpoints.due()
