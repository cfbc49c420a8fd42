"""What the readers of published corpora have in common."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from harness.api import Clip, DataError, Dataset, DatasetContext, Task, resolve_directory
from harness_audio.datasets.corpus_parameters import CorpusParameters
from harness_audio.datasets.left_out import kept, remaining


class Corpus(Dataset):
    """A corpus in the layout in which it is distributed: override :meth:`all_tasks` and :meth:`all_clips`.

    ``path`` is the directory that the layout starts in. Classes in ``exclude_labels`` are left out, with
    their clips.

    Raises:
        DataError: no directory, or something in it that the layout does not have. The message names the file
        and the line.
    """

    name: ClassVar[str]

    def __init__(self, parameters: CorpusParameters, context: DatasetContext) -> None:
        self.directory = resolve_directory(parameters.path, context.root, self.name)
        self._excluded = parameters.exclude_labels
        self._tasks = remaining(self.all_tasks(), self.all_clips, self._excluded, self.name)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks; the first one's labels stratify the generated splits."""
        return self._tasks

    def clips(self) -> Iterator[Clip]:
        """Iterate the clips, in the order of the corpus's own lists, or of the file names."""
        return kept(self.all_clips(), self._excluded)

    def all_tasks(self) -> tuple[Task, ...]:
        """Return the tasks with all their classes."""
        raise NotImplementedError

    def all_clips(self) -> Iterator[Clip]:
        """Iterate all clips."""
        raise NotImplementedError

    def wav_files(self, pattern: str) -> list[str]:
        """Return the files that match a glob pattern, sorted, relative to the directory.

        Raises:
            DataError: there are none.
        """
        files = sorted(path.relative_to(self.directory).as_posix() for path in self.directory.glob(pattern))
        if not files:
            raise DataError(f"{self.name}: no files {pattern} in {self.directory}")
        return files

    def first_of(self, *names: str) -> Path:
        """Return the first of the files or folders that is there.

        Raises:
            DataError: none of them is.
        """
        for name in names:
            if (self.directory / name).exists():
                return self.directory / name
        raise DataError(f"{self.name}: {self.directory} has no {' and no '.join(names)}")
