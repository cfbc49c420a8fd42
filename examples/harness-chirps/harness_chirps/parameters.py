"""What a study file may set; unknown keys and wrong values are errors with their line."""

from pydantic import Field

from harness.api import FeatureParameters, Parameters


class ChirpsParameters(Parameters):
    """Parameters of ``chirps``."""

    n_clips: int = Field(160, ge=16, description="number of clips")
    noise: float = Field(
        0.02, ge=0, le=0.2, description="standard deviation of the white noise; full scale is 1"
    )
    seed: int = Field(0, ge=0, description="seed of everything that is drawn")


class ShapeParameters(FeatureParameters):
    """Parameters of ``spectral_shape``; sample rate, length and fit of the clips are inherited."""

    frame: int = Field(128, ge=16, description="samples of a frame; frames do not overlap")
