"""What several commands of ``harness data`` take."""

from __future__ import annotations

from typing import Annotated

import typer

Target = Annotated[
    str,
    typer.Argument(
        metavar="DATASET|STUDY", help="A data set (`harness data list`) or a study file.", show_default=False
    ),
]
Param = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        metavar="KEY=VALUE",
        help="A parameter of the data set, as in a study file's `datasets:`. May be given several times."
        " Example: --param path=esc10 --param tasks.sound=multiclass",
        show_default=False,
    ),
]
