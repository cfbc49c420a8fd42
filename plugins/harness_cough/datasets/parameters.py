"""Parameters of the reader."""

from __future__ import annotations

from pydantic import Field

from harness.api import Parameters


class CoughvidParameters(Parameters):
    """Parameters of ``coughvid``."""

    path: str = Field(
        "public_dataset", description="directory; a relative one starts at data.root (--data-root), else here"
    )
    metadata: str = Field("metadata_compiled.csv", description="the corpus's CSV file, in the directory")
    min_cough_detected: float = Field(
        0.8, ge=0, le=1, description="smallest probability that the recording is a cough"
    )
    min_age_group: int = Field(
        0,
        ge=0,
        description="leave out age groups of fewer recordings, and recordings without an age (0: none)",
    )
    age_group_years: int = Field(10, ge=1, description="years of an age group")
    other_gender: bool = Field(True, description='false: leave out recordings whose gender is "other"')
