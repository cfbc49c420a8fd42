"""What a study's tables say, gathered once for the terminal and the report."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from harness.report.controls import noise_of, placebo_gains
from harness.report.reading import flags, is_null, number, numbers, parsed, strings, table, text

if TYPE_CHECKING:
    import pandas as pd

    from harness.results.loader import Study

#: The false discovery rate below which a gain is marked.
Q_LEVEL = 0.05


@dataclass
class Facts:
    """A study's tables with what several parts of the report need: status, settings, and gains by kind."""

    study: Study
    #: Whether the page may have scripts: without them it has the static figures alone.
    interactive: bool = True
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table with every column of its schema, perhaps without rows."""
        if name not in self._tables:
            self._tables[name] = table(self.study, name)
        return self._tables[name]

    @cached_property
    def record(self) -> dict[str, Any]:
        """The one row of the table ``study``; empty where there is none."""
        rows = self.table("study")
        return dict(rows.iloc[0]) if len(rows) else {}

    @property
    def name(self) -> str:
        return text(self.record.get("name")) or text(self.record.get("study_id")) or "study"

    @cached_property
    def config(self) -> dict[str, Any]:
        """The resolved study file."""
        return parsed(self.record.get("config_json"))

    def setting(self, *path: str) -> Any:
        """Return one key of the resolved study file, or ``None``."""
        value: Any = self.config
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    @cached_property
    def n_cells(self) -> int:
        planned = number(self.record.get("n_cells"))
        return len(self.table("cells")) if planned is None else int(planned)

    @cached_property
    def n_done(self) -> int:
        done = number(self.record.get("n_cells_done"))
        return int((self.table("cells")["status"] == "done").sum()) if done is None else int(done)

    @cached_property
    def complete(self) -> bool:
        said = self.record.get("complete")
        return bool(said) if not is_null(said) else 0 < self.n_cells == self.n_done

    @property
    def status(self) -> str:
        """The first line of every report: ``N of M cells``, and whether that is all."""
        line = f"{self.n_done:,} of {self.n_cells:,} cells"
        return line if self.complete else f"INCOMPLETE: {line}"

    @cached_property
    def tasks(self) -> list[str]:
        """The tasks in the study's order."""
        named = [text(task) for task in self.table("tasks")["task"]]
        asked = self.setting("tasks")
        return named or ([str(task) for task in asked] if isinstance(asked, list) else [])

    @cached_property
    def all_gains(self) -> pd.DataFrame:
        """The table ``gains``, numbers clean, with ``size`` (tasks of the group) and ``partner`` (others)."""
        gains = self.table("gains").copy()
        for column in ("gain", "ci_low", "ci_high", "p", "q", "detectable_gain", "gain_relative"):
            gains[column] = numbers(gains, column)
        gains["placebo"] = flags(gains, "placebo")
        gains["placebo_gain"] = placebo_gains(gains)
        gains["partners"] = gains["partners"].map(strings)
        gains["size"] = gains["partners"].map(len).astype("int64") + 1
        gains["partner"] = gains["partners"].map(" + ".join)
        place = {task: position for position, task in enumerate(self.tasks)}
        gains["place"] = gains["main"].map(place).astype("float64")
        return gains.sort_values(["place", "main", "partner"], kind="stable").reset_index(drop=True)

    @cached_property
    def measured(self) -> pd.DataFrame:
        """The gains that have a value, placebos included."""
        return _measured(self.all_gains)

    def of_kind(self, *, placebo: bool, at_least: int = 2, at_most: int | None = None) -> pd.DataFrame:
        """Return the gains of groups of so many tasks, with those that could not be measured."""
        gains = self.all_gains
        kept = (gains["placebo"] == placebo) & (gains["size"] >= at_least)
        if at_most is not None:
            kept &= gains["size"] <= at_most
        return gains[kept].reset_index(drop=True)

    @cached_property
    def gains(self) -> pd.DataFrame:
        """The measured gains of true groups."""
        return _measured(self.of_kind(placebo=False))

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """The measured gains of true pairs."""
        return _measured(self.of_kind(placebo=False, at_most=2))

    @cached_property
    def larger(self) -> pd.DataFrame:
        """The measured gains of groups of three or more tasks."""
        return _measured(self.of_kind(placebo=False, at_least=3))

    @cached_property
    def placebos(self) -> pd.DataFrame:
        """The measured gains from partners whose labels were shuffled."""
        return _measured(self.of_kind(placebo=True))

    @cached_property
    def noise(self) -> pd.DataFrame:
        """The noise floor: ``task``, ``feature``, ``model``, ``sd`` of one difference without gain, ``n``."""
        kept = self.table("noise")
        return kept if len(kept) else noise_of(self.table)

    @cached_property
    def group_predictions(self) -> pd.DataFrame:
        """The table ``group_predictions``; of a study that was analysed before it, made from the gains."""
        kept = self.table("group_predictions")
        if len(kept) or not len(self.larger):
            return kept
        from harness.analysis.from_pairs import group_predictions

        return group_predictions(self.all_gains)

    @cached_property
    def singles(self) -> set[str]:
        """The cells in which a task is trained alone; the capacity-matched ones are not among them."""
        cells = self.table("cells")
        alone = (cells["group_size"].map(number) == 1) & ~cells["capacity_of"].map(strings).map(bool)
        return set(cells.loc[alone, "cell_id"].map(text))

    @cached_property
    def one_scale(self) -> bool:
        """Whether gains of different tasks can be ranked: one metric, or all better when higher."""
        lower_is_better = (self.table("tasks")["metric_direction"] == "min").any()
        return self.all_gains["metric"].map(text).nunique() <= 1 or not lower_is_better

    @property
    def rank(self) -> str:
        """The column by which gains of different tasks are compared."""
        return "gain" if self.one_scale else "gain_relative"


def _measured(gains: pd.DataFrame) -> pd.DataFrame:
    return gains[gains["gain"].notna()].reset_index(drop=True)


def significant(gains: pd.DataFrame) -> pd.Series:
    """Return which gains are marked: q below :data:`Q_LEVEL`."""
    return gains["q"] < Q_LEVEL


def slices(gains: pd.DataFrame) -> list[tuple[tuple[str, str, str], pd.DataFrame]]:
    """Return the gains by (feature, model, combiner), in the order in which they first appear."""
    keys = [gains[column].map(text) for column in ("feature", "model", "combiner")]
    if gains.empty:
        return []
    return [((str(key[0]), str(key[1]), str(key[2])), part) for key, part in gains.groupby(keys, sort=False)]
