"""The whole study file, resolved."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from harness.config.analysis import Analysis
from harness.config.component import ComponentUse
from harness.config.compute import Compute
from harness.config.data import Data
from harness.config.datasets import DatasetUse
from harness.config.evaluation import Evaluation
from harness.config.groups import Groups, Placebo
from harness.config.section import Section
from harness.config.training import Training
from harness.config.tuning import Tuning
from harness.keys import content_key

#: Where and how fast a study is computed, but not what comes out of it.
NOT_DECISIVE = (
    ("compute", "executor"),
    ("compute", "workers"),
    ("compute", "device"),
    ("compute", "engine"),
    ("compute", "slots"),
    ("compute", "population"),
    ("compute", "timeout_s"),
    ("compute", "trackers"),
    ("training", "keep"),
    ("training", "reports"),
    ("data", "root"),
    ("data", "options", "memory_gb"),
    ("data", "options", "cache_dir"),
)

Components = Annotated[tuple[ComponentUse, ...], Field(min_length=1)]


class StudyConfig(Section):
    """A study file with every default filled in and every component's parameters checked."""

    study: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        description="name of the study; results go to runs/<study>",
        examples=["audio_pairs"],
    )
    seed: int = Field(default=0, ge=0, description="seed of everything random in the study")
    datasets: tuple[DatasetUse, ...] = Field(
        default=(),
        description="data sets that need parameters, or a second copy under another name",
        examples=[[{"as": "notes", "use": "notes", "n_clips": 300}]],
    )
    tasks: Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        description="tasks as dataset/task, as `harness plugins list` shows them",
        examples=[["notes/family", "notes/pitch_class", "speech/digit"]],
    )
    features: Components = Field(
        default=(ComponentUse(name="log_mel"),),
        description="features; each makes cells of its own",
        examples=[[{"name": "log_mel", "n_mels": 40, "clip_s": 0.8}]],
    )
    models: Components = Field(
        default=(ComponentUse(name="cnn"),),
        description="models; each makes cells of its own",
        examples=[[{"name": "cnn"}, {"name": "cnn", "as": "wide", "width": 32}]],
    )
    combiners: Components = Field(
        default=(ComponentUse(name="sum"),),
        description="combiners; each makes cells of its own",
        examples=[["sum", "uncertainty"]],
    )
    groups: Groups = Field(default_factory=Groups, description="which task groups are trained")
    placebo: Placebo = Field(default_factory=Placebo, description="controls with permuted partner labels")
    tuning: Tuning = Field(default_factory=Tuning, description="how hyperparameters are searched")
    training: Training = Field(default_factory=Training, description="what every training does")
    evaluation: Evaluation = Field(
        default_factory=Evaluation, description="folds, seeds, metric, validation part"
    )
    compute: Compute = Field(default_factory=Compute, description="where and how trainings run")
    analysis: Analysis = Field(default_factory=Analysis, description="how gains are judged and predicted")
    data: Data = Field(default_factory=Data, description="where audio lies and how it is read")

    def dataset_uses(self) -> dict[str, DatasetUse]:
        """Return the data sets that the tasks need, by their name in the study.

        :func:`harness.config.load_study_file` has added every registered data set that a task names directly.
        """
        listed = {use.as_: use for use in self.datasets}
        needed = dict.fromkeys(task.split("/", 1)[0] for task in self.tasks)
        return {name: listed.get(name, DatasetUse(use=name)) for name in needed}

    def to_resolved_dict(self) -> dict[str, Any]:
        """Return plain JSON values, defaults filled in: a study file that gives this very study again."""
        return self.model_dump(mode="json", by_alias=True)


def study_hash(config: StudyConfig) -> str:
    """Return a hash of what decides a study's results; not of where, or how fast, they are computed."""
    resolved = config.to_resolved_dict()
    for *sections, key in NOT_DECISIVE:
        section = resolved
        for name in sections:
            section = section[name]
        section.pop(key)
    return content_key(resolved)
