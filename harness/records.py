"""The typed records that hooks return, and the words of the data: clip and task.

A record names a component, its parameters as a pydantic model, and its factory. The factory may be given as
``"package.module:Name"``; it is imported when the component is first built, so that listing plugins stays light.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    import numpy as np

TaskKind = Literal["binary", "multiclass", "multilabel", "regression"]
TASK_KINDS: tuple[TaskKind, ...] = ("binary", "multiclass", "multilabel", "regression")


#: Lengths that ``clip_s`` may name in a study file, in place of seconds: of all clips of the study's data sets.
CLIP_LENGTHS = ("min", "median", "max")


@dataclass(frozen=True, kw_only=True)
class Nested:
    """Says of a parameter that it lists components of a ``kind``: mappings of ``key`` to a component's name, with that
    component's own parameters beside it. ``inherits`` are parameters that each takes from the one that lists it.
    """

    kind: str
    key: str = "name"
    inherits: tuple[str, ...] = ()


class Parameters(BaseModel):
    """Base of every component's parameters: unknown keys are errors, values are checked, instances are frozen.

    ``nested`` names the parameters that list other components: a study file is checked down to those.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)
    nested: ClassVar[Mapping[str, Nested]] = {}


_CLIP_S = (
    "length that the network sees, s; a study file may say min, median or max: of all clips of its data sets"
)


class FeatureParameters(Parameters):
    """What every feature needs to turn clips of any length and rate into batches of equal length."""

    sample_rate: int = Field(16000, gt=0, description="rate that clips are resampled to, Hz")
    clip_s: float = Field(1.0, gt=0, description=_CLIP_S)
    fit: Literal["pad", "repeat", "windows"] = Field(
        "pad",
        description="cut or zero-pad; cut or repeat; or windows whose outputs are averaged at test time",
    )
    hop_s: float | None = Field(None, gt=0, description="hop of the windows, s (default: half of clip_s)")


@dataclass(frozen=True, kw_only=True)
class Task:
    """One prediction problem on one data set.

    ``classes`` is ordered (its order is the order of the logits) and ``None`` for regression. ``group`` names a column
    of ``Clip.groups`` that must not be on both sides of a split; ``None`` means the data set's own ``Clip.group``.
    """

    name: str
    kind: TaskKind
    classes: tuple[str, ...] | None = None
    group: str | None = None
    metric: str | None = None
    loss: str | None = None


@dataclass(frozen=True, kw_only=True)
class Clip:
    """One labelled stretch of audio: a ``path`` (with ``start_s`` and ``end_s``), or ``samples`` at ``sample_rate``.

    ``samples`` is ``[samples]`` or ``[samples, channels]``, float in [-1, 1]. ``labels`` maps a task's name to a class
    name (binary, multiclass), a collection of class names (multilabel), a number (regression), or ``None`` where the
    clip has no label. ``fold`` and ``split`` ("train", "validation" or "test") are the data set's official ones.
    ``covariates`` are numbers known of the clip beside its audio (age, …), ``None`` where unknown, for features that
    ask for them; ``duration_s`` is not among them, because the harness measures it.
    """

    id: str
    labels: Mapping[str, Any]
    path: Path | None = None
    start_s: float | None = None
    end_s: float | None = None
    samples: np.ndarray | None = None
    sample_rate: int | None = None
    group: str | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    fold: str | None = None
    split: str | None = None
    covariates: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DatasetContext:
    """What a data set's factory may use: where relative paths start, a private cache folder, a progress callback."""

    root: Path | None
    cache_dir: Path
    progress: Callable[[int, int, str], None] = lambda done, total, what: None


class Dataset:
    """Base of data sets: knows its tasks, licence and citation, and iterates the same clips in the same order."""

    licence: str = "unknown"
    citation: str = ""
    domain: str = ""

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks; the first one's labels stratify the generated splits."""
        raise NotImplementedError

    def clips(self) -> Iterator[Clip]:
        """Iterate the clips. Audio is given by path, or by samples; it is decoded by the harness."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Component:
    """A named component: ``factory(parameters, …)`` builds it. ``source`` cites where it comes from.

    ``contract`` is what the contract tests of its kind should know: attributes of the class in ``harness.testing``,
    such as ``parameters`` or ``input_shapes``, and ``known_failures``, a mapping of tests that it breaks by design to
    the reasons.
    """

    kind: ClassVar[str] = ""
    name: str
    """what a study file and `harness plugins show` call it; unique among its kind"""
    factory: Callable[..., Any] | str
    """builds it; given as `package.module:Name` it is imported when it is first needed"""
    parameters: type[Parameters] = Parameters
    """the pydantic model of what a study file may set"""
    summary: str = ""
    """what it is, in a line"""
    source: str = ""
    """the publication that it follows"""
    contract: Mapping[str, Any] = field(default_factory=dict)
    """what its contract tests should know: attributes of the class, and `known_failures` with reasons"""

    def build(self, *args: Any, **kwargs: Any) -> Any:
        """Resolve the factory and call it."""
        return self.resolve()(*args, **kwargs)

    def resolve(self) -> Callable[..., Any]:
        """Return the factory, importing it if it was given as ``"package.module:Name"``."""
        if not isinstance(self.factory, str):
            return self.factory
        module, _, attribute = self.factory.partition(":")
        factory: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
        return factory


@dataclass(frozen=True, kw_only=True)
class Download:
    """One file of a corpus, as published: ``hash`` is ``sha256:…`` or ``md5:…``, and ``hash_source`` says who
    publishes it. An archive is unpacked into the folder ``into`` of the corpus's folder.
    """

    url: str
    hash: str
    hash_source: str
    size_bytes: int
    into: str = ""

    @property
    def file(self) -> str:
        """The file's name: the last part of the address."""
        return self.url.partition("?")[0].rsplit("/", 1)[-1]


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """How a corpus comes onto a machine: ``harness data fetch`` downloads ``files`` and unpacks them.

    Without ``files``, because no hash is published that could be relied on, ``steps`` says what to do by hand.
    ``folder`` is where the layout starts that the reader expects, in the corpus's own folder. Unpacking more than
    ``unpacked_at_most`` bytes is refused (default: ten times the files).
    """

    homepage: str
    files: tuple[Download, ...] = ()
    steps: str = ""
    folder: str = ""
    unpacked_at_most: int | None = None

    @property
    def size_bytes(self) -> int:
        """What is downloaded, bytes."""
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, kw_only=True)
class DatasetRecord(Component):
    """``factory(parameters, context: DatasetContext) -> Dataset``. ``tasks`` are those of the default parameters.

    ``fetch`` says where a published corpus is to be had.
    """

    kind: ClassVar[str] = "dataset"
    tasks: tuple[str, ...] = ()
    """names of the tasks that it has with its default parameters"""
    licence: str = "unknown"
    """licence of the data"""
    fetch: Fetch | None = None
    """where a published corpus is to be had, for `harness data fetch`"""


@dataclass(frozen=True, kw_only=True)
class FeatureRecord(Component):
    """``factory(parameters) -> nn.Module``; ``parameters`` derives from :class:`FeatureParameters`.

    A module may say ``covariates: tuple[str, ...]`` and ``plain: tuple[int, ...]``: see
    :func:`harness.hookspecs.harness_features`.
    """

    kind: ClassVar[str] = "feature"
    parameters: type[Parameters] = FeatureParameters
    """the model of its parameters, which derives from `FeatureParameters`"""


@dataclass(frozen=True, kw_only=True)
class ModelRecord(Component):
    """``factory(parameters, input_shape: (channels, bins, frames), heads: {task: outputs}) -> nn.Module``."""

    kind: ClassVar[str] = "model"


@dataclass(frozen=True, kw_only=True)
class CombinerRecord(Component):
    """``factory(parameters, tasks: tuple[str, ...]) -> Combiner``.

    ``stacked`` names the form that combines for many trainings at once, a
    :class:`~harness.bases.stacked.StackedScalarizer` or :class:`~harness.bases.stacked.StackedAggregator`, as
    ``"package.module:Class"``; without one, trainings with this combiner run one by one.
    """

    kind: ClassVar[str] = "combiner"
    stacked: str | None = None
    """its form for many trainings at once, as `package.module:Class`; without one they run one by one"""


@dataclass(frozen=True, kw_only=True)
class LossRecord(Component):
    """``factory(parameters, task: Task) -> Loss`` for the ``task_kinds`` named; ``default_for`` some of them."""

    kind: ClassVar[str] = "loss"
    task_kinds: tuple[TaskKind, ...]
    """kinds of task that it can be used for"""
    default_for: tuple[TaskKind, ...] = ()
    """kinds of task that use it where nothing else is said"""


@dataclass(frozen=True, kw_only=True)
class TermRecord(LossRecord):
    """``factory(parameters) -> Term``: an extra term of the objective, for tasks of the kinds named."""

    kind: ClassVar[str] = "term"
    task_kinds: tuple[TaskKind, ...] = TASK_KINDS
    """kinds of task whose objective it can join"""


@dataclass(frozen=True, kw_only=True)
class ScheduleRecord(Component):
    """``factory(parameters, draws: tuple[Draw, ...], batch_size: int, seed: int) -> Schedule``."""

    kind: ClassVar[str] = "schedule"


@dataclass(frozen=True, kw_only=True)
class OptimizerRecord(Component):
    """``factory(parameters, tensors: Iterable[nn.Parameter]) -> torch.optim.Optimizer``; one is ``lr``."""

    kind: ClassVar[str] = "optimizer"


@dataclass(frozen=True, kw_only=True)
class StoppingRecord(Component):
    """``factory(parameters) -> StoppingRule``."""

    kind: ClassVar[str] = "stopping"


@dataclass(frozen=True, kw_only=True)
class ScalerRecord(Component):
    """``factory(parameters) -> Scaler``."""

    kind: ClassVar[str] = "scaler"


@dataclass(frozen=True, kw_only=True)
class AugmentationRecord(Component):
    """``factory(parameters) -> callable(features [batch, channels, bins, frames], generator) -> features``.

    One that ``mixes`` samples and labels returns :class:`harness.api.Mixed` instead of features.
    """

    kind: ClassVar[str] = "augmentation"
    mixes: bool = False
    """whether it mixes samples and their labels, and returns `Mixed`"""


@dataclass(frozen=True, kw_only=True)
class MetricRecord(Component):
    """``factory(parameters) -> Metric``. ``direction`` says which way is better; ``low`` and ``high`` are its range.

    A metric of a ``family`` means something for some tasks alone (say, those with a normal class): it is measured for
    tasks whose primary metric is of that family, and for no others.
    """

    kind: ClassVar[str] = "metric"
    task_kinds: tuple[TaskKind, ...]
    """kinds of task that it can be measured for"""
    direction: Literal["max", "min"]
    """which way is better"""
    low: float | None = None
    """least value that it can have; null: no bound"""
    high: float | None = None
    """largest value that it can have; null: no bound"""
    primary_for: tuple[TaskKind, ...] = ()
    """kinds of task whose primary metric it is"""
    family: str | None = None
    """measured only for tasks whose primary metric is of this family"""


@dataclass(frozen=True, kw_only=True)
class PredictorRecord(Component):
    """``factory(parameters) -> Predictor``: statistics of tasks and features of directed pairs, from tables alone.

    ``probes`` names the measurements on trained networks and features (rows of the table ``probes``) that it reads;
    a study measures them when ``analysis.predictors`` names the predictor.
    """

    kind: ClassVar[str] = "predictor"
    probes: tuple[str, ...] = ()
    """rows of the table `probes` that it reads, which a study then measures"""


@dataclass(frozen=True, kw_only=True)
class ExecutorRecord(Component):
    """``factory(parameters) -> Executor``: runs units of work somewhere and reports what became of them."""

    kind: ClassVar[str] = "executor"


@dataclass(frozen=True, kw_only=True)
class CheckRecord(Component):
    """``factory(parameters) -> Finding``: what ``harness doctor`` should say of a plugin's own libraries."""

    kind: ClassVar[str] = "check"


@dataclass(frozen=True, kw_only=True)
class TrackerRecord(Component):
    """``factory(parameters, directory: Path) -> Tracker``: receives the events of a study."""

    kind: ClassVar[str] = "tracker"
