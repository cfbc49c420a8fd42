"""Where SPRSound keeps its recordings and annotations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.api import DataError
from harness_respiratory.datasets.files import wav_names

Part = Literal["train", "inter", "intra"]


@dataclass(frozen=True)
class Layout:
    """Directories below the corpus: recordings and annotations of the training part, and of the test part."""

    train_wav: str
    train_json: str
    test_wav: str
    test_json: str

    def directories(self, part: Part) -> tuple[str, str]:
        """Return the directories of the recordings and of the annotations of a part."""
        if part == "train":
            return self.train_wav, self.train_json
        return self.test_wav, f"{self.test_json}/{part}_test_json"


#: As the repository SJTU-YONGFU-RESEARCH-GRP/SPRSound had its files: ``BioCAS2022/README.md``, the directory
#: ``Classification`` of 2023, and the short names of the challenge's own archives.
LAYOUTS = (
    Layout("train2022_wav", "train2022_json", "test2022_wav", "test2022_json"),
    Layout(
        "train_classification_wav",
        "train_classification_json",
        "valid_classification_wav/2022",
        "valid_classification_json/2022",
    ),
    Layout("train_wav", "train_json", "test_wav", "test_json"),
)
_INSIDE = ("", "BioCAS2022", "Classification")


def find_layout(directory: Path) -> tuple[Path, Layout]:
    """Return the layout of a corpus, and the directory that it starts in.

    Raises:
        DataError: none of the known layouts is there.
    """
    for inside in _INSIDE:
        for layout in LAYOUTS:
            if (directory / inside / layout.train_json).is_dir():
                return directory / inside, layout
    raise DataError(
        f"sprsound2022: {directory} has no directory {' or '.join(one.train_json for one in LAYOUTS)} "
        "(nor has its directory BioCAS2022 or Classification)"
    )


def annotated(start: Path, layout: Layout, part: Part) -> list[tuple[Path, Path]]:
    """Return recording and annotation of a part, in the order of their names.

    Raises:
        DataError: a directory is missing or empty, an annotation has no recording, or a recording of the training part
            no annotation.
    """
    wav_directory, json_directory = (start / place for place in layout.directories(part))
    recordings = wav_names(wav_directory)
    if not json_directory.is_dir():
        raise DataError(f"{json_directory} is not a directory")
    annotations = {path.stem: path for path in sorted(json_directory.glob("*.json"))}
    for name, path in annotations.items():
        if name not in recordings:
            raise DataError(f"{path}: its recording {wav_directory / f'{name}.wav'} is not there")
    if part == "train":
        _all_annotated(recordings, annotations, json_directory)
    return [(recordings[name], path) for name, path in annotations.items()]


def check_test(start: Path, layout: Layout) -> None:
    """Check that every test recording is annotated, as one of other patients or of the training part's.

    Raises:
        DataError: one is not.
    """
    parts: tuple[Part, ...] = ("inter", "intra")
    known = {wav.stem: note for part in parts for wav, note in annotated(start, layout, part)}
    _all_annotated(wav_names(start / layout.test_wav), known, start / layout.test_json)


def _all_annotated(recordings: dict[str, Path], annotations: dict[str, Path], where: Path) -> None:
    for name, path in recordings.items():
        if name not in annotations:
            raise DataError(f"{path} has no annotation {name}.json in {where}")
