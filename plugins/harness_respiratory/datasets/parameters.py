"""Parameters of the readers; light, because they are read when plugins are listed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from harness.api import Parameters


class SprSoundParameters(Parameters):
    """Parameters of ``sprsound2022``."""

    path: str = Field(description="directory of the corpus; a relative one starts at data.root, else here")
    level: Literal["events", "recordings"] = Field(
        "events",
        description="what a clip is: an event (tasks 1-1 and 1-2) or a recording (tasks 2-1 and 2-2)",
    )
    test: Literal["both", "inter", "intra"] = Field(
        "both",
        description="test part: other patients (inter), patients of the training part (intra), or both",
    )


class IcbhiParameters(Parameters):
    """Parameters of ``icbhi2017``."""

    path: str = Field(description="directory of the corpus; a relative one starts at data.root, else here")
    level: Literal["cycles", "recordings"] = Field(
        "cycles",
        description="what a clip is: a breathing cycle (its sounds) or a recording (the patient's diagnosis)",
    )
    split_file: str | None = Field(
        "ICBHI_challenge_train_test.txt",
        description="official split, recording and part a line (null: no split)",
    )
    shared_patients: Literal["keep", "drop"] = Field(
        "keep",
        description="test recordings of patients who are in the training part as well: as published, or left out",
    )
