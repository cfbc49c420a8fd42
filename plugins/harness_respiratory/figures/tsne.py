"""Figure: t-SNE of the embeddings of a run's clips. ``python -m harness_respiratory.figures.tsne STUDY --run ID``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.api import HarnessError, load_network
from harness_respiratory.figures.embeddings import embeddings_of
from harness_respiratory.figures.projection import Projection, project


def draw(projection: Projection, title: str, file: Path) -> None:
    """Draw the points in one colour a class; the suffix of ``file`` says the format."""
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 5), layout="constrained")
    axes = figure.add_subplot()
    colours = colormaps["tab20" if len(set(projection.labels)) > 10 else "tab10"]
    for i, label in enumerate(sorted(set(projection.labels))):
        own = [found == label for found in projection.labels]
        across, up = projection.points[own].T
        axes.scatter(across, up, s=14, color=colours(i % colours.N), label=label)
    axes.set(xticks=[], yticks=[], title=title)
    axes.legend(loc="best", fontsize="small", frameon=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=150)


def of_run(
    study: Path, run: str, *, task: str | None, part: str, seed: int, perplexity: float | None
) -> tuple[Projection, str]:
    """Return the projection of the labelled clips of a task's part, and a title for it."""
    network = load_network(study, run, task=task)
    name = task or network.tasks[0]
    clips = network.clips(part, name)
    embeddings = embeddings_of(network, clips, dataset=name.rsplit("/", 1)[0])
    projection = project(embeddings, network.labels(clips, name), seed=seed, perplexity=perplexity)
    return projection, f"{name}, {part}, {len(clips)} clips"


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the figure, print where it lies and the silhouettes; return the exit code."""
    options = _parser().parse_args(arguments)
    file = options.out or options.study / "figures" / f"tsne-{options.run}-{options.part}.png"
    try:
        projection, title = of_run(
            options.study,
            options.run,
            task=options.task,
            part=options.part,
            seed=options.seed,
            perplexity=options.perplexity,
        )
    except HarnessError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    draw(projection, title, file)
    print(f"{title}: {file}")
    print(f"silhouette of the embeddings: {projection.embedding_silhouette:.4f}")
    print(f"silhouette of the figure: {projection.plane_silhouette:.4f}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m harness_respiratory.figures.tsne",
        description="t-SNE of the embeddings of a run's clips, and the silhouette of their classes as a number. "
        "The study must have kept its networks (training.keep: final).",
    )
    parser.add_argument("study", type=Path, help="the study's directory")
    parser.add_argument("--run", required=True, help="the run: run_id of the table `runs`")
    parser.add_argument(
        "--task", help="dataset/task whose clips and labels are drawn (default: the run's first)"
    )
    parser.add_argument(
        "--part", default="test", choices=("train", "validation", "test"), help="default: test"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of t-SNE (default: 0)")
    parser.add_argument("--perplexity", type=float, help="default: 30, or a third of the clips")
    parser.add_argument(
        "--out", type=Path, help="file, .png, .pdf or .svg (default: in the study's figures/)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
