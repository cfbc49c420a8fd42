"""How many parameters each architecture has beside hard sharing: ``python -m harness_architectures.counts``.

At default parameters, for a feature ``[1, 40, 101]`` (one second of ``log_mel``), and tasks of ten and of five classes.
"""

from __future__ import annotations

from torch import nn

from harness.api import ModelRecord
from harness_architectures import harness_models
from harness_architectures.base import Base
from harness_architectures.parameters import BaseParameters

SHAPE = (1, 40, 101)
PAIR = {"one": 10, "two": 5}
BASES = ("cnn", "dnn")


def hard_sharing(base: str, heads: dict[str, int]) -> int:
    """Return the number of parameters of ``cnn`` or ``dnn``."""
    own = Base(BaseParameters.model_validate({"base": base}), SHAPE)
    return _count(own.segment(), *(nn.Linear(own.width, outputs) for outputs in heads.values()))


def architecture(record: ModelRecord, base: str, heads: dict[str, int]) -> int:
    """Return the number of parameters of an architecture at its defaults."""
    return _count(record.build(record.parameters.model_validate({"base": base}), SHAPE, heads))


def counts() -> dict[str, dict[str, list[int]]]:
    """Return ``{model: {base: [parameters of the pair, of the first task alone]}}``, hard sharing first."""
    groups = (PAIR, {"one": PAIR["one"]})
    found = {"hard sharing": {base: [hard_sharing(base, heads) for heads in groups] for base in BASES}}
    for record in harness_models():
        found[record.name] = {base: [architecture(record, base, heads) for heads in groups] for base in BASES}
    return found


def rows() -> list[str]:
    """Return the lines of the table in docs/guides/choosing-architectures.md."""
    table = counts()
    hard = table["hard sharing"]
    lines = []
    for name, by_base in table.items():
        cells = [
            f"{pair:,} (×{pair / hard[base][0]:.2f}) | {alone:,}" for base, (pair, alone) in by_base.items()
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _count(*modules: nn.Module) -> int:
    return sum(p.numel() for module in modules for p in module.parameters())


if __name__ == "__main__":
    print("| model | cnn: pair | single | dnn: pair | single |\n| --- | --- | --- | --- | --- |")
    print("\n".join(rows()))
