"""Parameters of the reader."""

from __future__ import annotations

from pydantic import Field

from harness.api import Parameters


class SealAuscultationParameters(Parameters):
    """Parameters of ``seal_auscultation``."""

    path: str = Field(
        "seal_auscultation",
        description="directory; a relative one starts at data.root (--data-root), else here",
    )
    labels: str = Field("labels.csv", description="CSV file with one row a recording, in the directory")
    sample_rate: int | None = Field(4000, gt=0, description="rate that every file must have, Hz (null: any)")
    merge_severe: bool = Field(
        True, description="one class of moderate and severe rhonchus, as the source reports them"
    )
