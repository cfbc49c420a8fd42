"""Sections ``groups`` and ``placebo``: which task groups are trained."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from harness.config.section import Section

TaskGroup = Annotated[tuple[str, ...], Field(min_length=1)]


class Groups(Section):
    """Which tasks are learned together: all groups of some sizes, and groups by name."""

    sizes: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(1, 2), description="all groups of these sizes: 1 singles, 2 pairs, 3 triples"
    )
    include: tuple[TaskGroup, ...] = Field(
        default=(),
        description="further groups, each a list of tasks",
        examples=[[["notes/family", "notes/pitch_class"]]],
    )
    exclude: tuple[TaskGroup, ...] = Field(
        default=(),
        description="groups that are left out, each a list of tasks",
        examples=[[["notes/pitch_class"]]],
    )
    auxiliary: tuple[str, ...] = Field(
        default=(),
        description="tasks that only help: their validation does not count in the objective of a group's search",
        examples=[["notes/pitch_class"]],
    )
    capacity_matched: bool = Field(
        default=False,
        description="train, for each main in each group, the group's network on the main task's data alone, too",
    )


class Placebo(Section):
    """Controls: pairs whose partner's training and validation labels are permuted."""

    shuffled_partner: Literal["per_main", "all", "none"] = Field(
        default="per_main",
        description="per_main: one for each main task; all: one for each directed pair; none",
    )
