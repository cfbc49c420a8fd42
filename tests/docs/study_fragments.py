"""Whether a ``yaml`` block is a study file, or a part of one, that the harness takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from harness.config import StudyConfig, load_study_file

ENOUGH = {"study": "page", "tasks": ["notes/family", "notes/pitch_class"]}


def check_yaml(text: str, place: Path) -> None:
    """Read a YAML text; where all its keys are a study file's, check it as ``harness study validate`` does.

    Raises:
        YAMLError: it is no YAML.
        StudyFileError: it is (part of) a study file with mistakes.
    """
    found: Any = YAML(typ="safe", pure=True).load(text)
    if isinstance(found, dict) and found and set(found) <= set(StudyConfig.model_fields):
        missing = [f"{key}: {value}\n" for key, value in ENOUGH.items() if key not in found]
        file = place / "fragment.yaml"
        file.write_text("".join([text, "\n", *missing]), encoding="utf-8")
        load_study_file(file, data_root=place)  # its folders are not here
