"""Trainings a minute of a pair study, against the usual loop with a DataLoader.

The trainings are those of a study of four tasks on three small corpora (:mod:`benchmarks.corpus`): every single and
every pair, with the networks of ``studies/real_pairs.yaml``. Both sides train the same networks on the same data with
the same batch size, number of steps and evaluations (after every epoch; the best one is tested). The rival is
:mod:`benchmarks.usual_loop`.

On a machine without CUDA the loop engine runs in one-thread processes, one a core, against the usual loop one training
at a time at torch's default threads, and against it in as many one-thread processes. A round of the loop as studies run
it (50 points on every curve) and one of small populations are printed for information. On CUDA populations of up to
64 members run against the usual loop on the same device, one training at a time; and the samples that a population
is trained with a second are compared with those of one network at the batch size that fills the card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import torch

from benchmarks.contenders import Contender, Round, default_threads, measure
from benchmarks.corpus import CORPORA, MODELS, SHAPE, Plan
from benchmarks.machine import cores, device_label
from benchmarks.one_network import best_rate
from benchmarks.results import Figure, Measurement, Result, figure

#: Ratios that are promised on two cores: against one training at a time, and against as many processes.
CPU_TARGETS = {"cnn": (1.8, 1.4), "dnn": (3.0, 1.8)}
#: Ratios that are promised on one H100 or H200: against one training at a time.
CUDA_TARGETS = {"cnn": 15.0, "dnn": 50.0}
#: Epochs of every training: enough that starting one does not count.
EPOCHS = {"cnn": 2, "dnn": 6}
#: Share of the samples a second of one network at its best batch size that a population of it must reach.
FILLED = 0.4


def run(quick: bool) -> Result:
    """Run the benchmark on the CPU, or on CUDA where there is a device."""
    epochs = {name: 2 if quick else EPOCHS[name] for name in MODELS}
    plans = [Plan(model=name, epochs=epochs[name], curve_points=epochs[name]) for name in MODELS]
    return _on_cuda(plans, quick) if torch.cuda.is_available() else _on_cpu(plans, quick)


def _on_cpu(plans: list[Plan], quick: bool) -> Result:
    rounds, figures, measurements, notes = 1 if quick else 3, list[Figure](), list[Measurement](), list[str]()
    for plan in plans:
        contenders = _cpu_contenders(plan, quick)
        (loop, alone, processes), scores = _in_turns(contenders, plan, rounds)
        points, population = _for_information(plan, quick)
        measurements += [loop, alone, processes, points, population]
        first, second = CPU_TARGETS[plan.model]
        figures += [
            figure(f"{plan.model}: loop over the usual loop", loop, over=alone, at_least=first),
            figure(f"{plan.model}: loop over it in processes", loop, over=processes, at_least=second),
        ]
        notes.append(_scores_note(plan, scores))
    return _result("cpu", plans, figures, measurements, notes)


def _on_cuda(plans: list[Plan], quick: bool) -> Result:
    rounds, seeds = (1, 8) if quick else (3, 64)
    figures, measurements, notes = list[Figure](), list[Measurement](), list[str]()
    for plan in plans:
        common: dict[str, Any] = {"workers": 1, "threads": default_threads(), "device": "cuda"}
        contenders = [
            Contender(
                name=f"{plan.model}: population of up to 64",
                loop="harness",
                seeds=seeds,
                members=64,
                **common,
            ),
            Contender(name=f"{plan.model}: usual loop", loop="usual", seeds=1, **common),
        ]
        kept: list[Round] = []
        (population, alone), scores = _in_turns(contenders, plan, rounds, kept)
        rows = [_rows_a_second(one) for one in kept if "rows" in one.answers[0]]
        stacked = Measurement(
            name=f"{plan.model}: samples of populations", unit="a second", values=tuple(rows)
        )
        filled = best_rate(plan, quick=quick, rounds=len(rows))
        measurements += [population, alone, stacked, filled]
        figures += [
            figure(
                f"{plan.model}: population over the usual loop",
                population,
                over=alone,
                at_least=CUDA_TARGETS[plan.model],
            ),
            figure(
                f"{plan.model}: samples, over one network that fills the card",
                stacked,
                over=filled,
                at_least=FILLED,
            ),
        ]
        notes.append(_scores_note(plan, scores))
    return _result(device_label("cuda"), plans, figures, measurements, notes)


def _cpu_contenders(plan: Plan, quick: bool) -> list[Contender]:
    n, seeds, name = cores(), 1 if quick or plan.model == "cnn" else 4, plan.model
    return [
        Contender(name=f"{name}: loop, {n} processes", loop="harness", workers=n, threads=1, seeds=seeds),
        Contender(
            name=f"{name}: usual loop, {default_threads()} threads",
            loop="usual", workers=1, threads=default_threads(), seeds=seeds,
        ),
        Contender(name=f"{name}: usual loop, {n} processes", loop="usual", workers=n, threads=1, seeds=seeds),
    ]  # fmt: skip


def _for_information(plan: Plan, quick: bool) -> list[Measurement]:
    """Measure the loop with the curves of a study, and small populations, once."""
    loop = replace(_cpu_contenders(plan, quick)[0], name=f"{plan.model}: loop with 50 points on every curve")
    population = replace(loop, name=f"{plan.model}: populations of up to 8", members=8)
    curves = plan if quick else replace(plan, curve_points=50)
    return [
        Measurement(name=one.name, unit="a minute", values=(measure(one, how).rate,))
        for one, how in ((loop, curves), (population, plan))
    ]


def _in_turns(
    contenders: Sequence[Contender], plan: Plan, rounds: int, kept: list[Round] | None = None
) -> tuple[list[Measurement], dict[str, float]]:
    """Return the trainings a minute of each contender, and the scores that each loop reached."""
    rates: list[list[float]] = [[] for _ in contenders]
    scores: dict[str, float] = {}
    for _ in range(rounds):
        for contender, values in zip(contenders, rates, strict=True):
            found = measure(contender, plan)
            values.append(found.rate)
            scores[contender.loop] = found.score
            if kept is not None:
                kept.append(found)
    named = zip(contenders, rates, strict=True)
    return [Measurement(name=c.name, unit="a minute", values=tuple(values)) for c, values in named], scores


def _rows_a_second(found: Round) -> float:
    return float(sum(one["rows"] for one in found.answers) / sum(one["busy_s"] for one in found.answers))


def _scores_note(plan: Plan, scores: dict[str, float]) -> str:
    return f"{plan.model}: mean test macro F1 {scores['harness']:.3f} (harness), {scores['usual']:.3f} (usual loop)."


def _result(
    device: str, plans: list[Plan], figures: list[Figure], measurements: list[Measurement], notes: list[str]
) -> Result:
    settings = {"corpora": CORPORA, "shape": SHAPE, "plans": [asdict(plan) for plan in plans]}
    return Result(
        name="training", title="trainings a minute of a pair study", device=device,
        figures=figures, measurements=measurements, settings=settings, notes=notes,
    )  # fmt: skip
