"""Figures of class activation maps, and the share of the activation that falls on padding, for one run."""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.api import HarnessError, load_network
from harness_auscultation.cam.figure import draw
from harness_auscultation.cam.measure import Looked, look

COLUMNS = (
    "task",
    "clip",
    "window",
    "method",
    "label",
    "decided",
    "padding_share",
    "padding_cells",
    "padding",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the figures, ``cam.csv`` (a line a row) and ``cam.json`` (means a task); return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        looked = _of_run(options)
    except HarnessError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    with (options.out / "cam.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([getattr(one, name) for name in COLUMNS] for one in looked)
    means = summary(looked)
    (options.out / "cam.json").write_text(json.dumps(means, indent=2) + "\n", encoding="utf-8")
    for task, found in means.items():
        share = found["padding_share"]
        told = "nothing is activated" if share is None else f"{share:.3f} of the activation on padding"
        cells = f"{found['padding_cells']:.3f} of the map's cells hold padding alone"
        print(f"{task}: {told}, {cells} ({found['rows']} rows)")
    return 0


def summary(looked: Sequence[Looked]) -> dict[str, dict[str, Any]]:
    """Return the means of a task's rows; of the rows with padding too, as others have nothing to look at."""
    found = {}
    for task in dict.fromkeys(one.task for one in looked):
        rows = [one for one in looked if one.task == task]
        padded = [one for one in rows if one.padding > 0]
        found[task] = {
            "method": rows[0].method,
            "rows": len(rows),
            "padding_share": _mean([one.padding_share for one in rows]),
            "padding_cells": _mean([one.padding_cells for one in rows]),
            "padding": _mean([one.padding for one in rows]),
            "padded_rows": len(padded),
            "padding_share_of_padded_rows": _mean([one.padding_share for one in padded]),
        }
    return found


def _of_run(options: argparse.Namespace) -> list[Looked]:
    network = load_network(options.study, options.run, options.epoch)
    options.out.mkdir(parents=True, exist_ok=True)
    found = []
    for task in [options.task] if options.task else network.tasks:
        clips = network.clips(options.part, task)
        drawn = set(clips[: options.clips])
        for looked in look(network, task, clips):
            found.append(looked)
            if looked.clip in drawn:
                draw(looked, options.out)
    return found


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m harness_auscultation.cam",
        description="Class activation maps of a run's clips (Zhou et al. 2016; Grad-CAM, Selvaraju et al. 2017, where "
        "a network has no global average pooling before its heads), and the share of the activation that falls on "
        "padding. The study must have kept its networks (training.keep: final).",
    )
    parser.add_argument("study", type=Path, help="the study's directory")
    parser.add_argument("--run", required=True, help="the run: run_id of the table `runs`")
    parser.add_argument("--task", help="dataset/task (default: all tasks of the run)")
    parser.add_argument(
        "--part", default="test", choices=("train", "validation", "test"), help="default: test"
    )
    parser.add_argument("--epoch", type=int, help="a kept epoch, from 1 (default: the chosen one)")
    parser.add_argument(
        "--clips", type=int, default=4, help="clips a task that are drawn; numbers are of all (default: 4)"
    )
    parser.add_argument("--out", type=Path, required=True, help="directory for figures, cam.csv and cam.json")
    return parser


if __name__ == "__main__":
    sys.exit(main())
