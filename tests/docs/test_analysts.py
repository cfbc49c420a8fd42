"""Every Python block of docs/guides/reading-the-tables.md runs, in order, on a study."""

import re
from pathlib import Path

import pandas as pd
import pytest

from tests.results.synthetic import synthetic_study

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "reading-the-tables.md"
SECTION = re.compile(r"^## \d", re.MULTILINE)
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def namespace(tmp_path_factory):
    """What the page's blocks leave behind when they have run on a synthetic study."""
    home = tmp_path_factory.mktemp("analyst")
    synthetic_study(home / "runs" / "audio_pairs", n_tasks=5)
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        for number, block in enumerate(BLOCK.findall(PAGE.read_text(encoding="utf-8"))):
            exec(compile(block, f"{PAGE.name}, block {number}", "exec"), found)
    return found


def test_the_page_answers_five_questions_each_with_code():
    introduction, *sections = SECTION.split(PAGE.read_text(encoding="utf-8"))
    assert len(sections) == 5
    assert all(BLOCK.search(section) for section in [introduction, *sections])


@pytest.mark.parametrize(
    "name", ["pairs", "one", "sure", "compared", "floor", "correlations", "models", "table", "told", "change"]
)
def test_every_answer_has_rows(namespace, name):
    assert isinstance(namespace[name], pd.DataFrame)
    assert len(namespace[name])


def test_class_changes_average_what_the_scores_say(namespace):
    """The per-class answer agrees with a direct look-up of one group, class, fold and seed."""
    study, row = namespace["study"], namespace["by_class"].iloc[17]
    cells = study.cells.set_index("cell_id")["tasks"].map(tuple)
    runs = study.runs[(study.runs["fold"] == row["fold"]) & (study.runs["seed"] == row["seed"])]
    single = runs[runs["cell_id"].map(cells) == (row["task"],)]["run_id"].item()
    scores = study.scores[(study.scores["run_id"] == single) & (study.scores["label"] == row["label"])]
    assert row["change"] == pytest.approx(row["value_group"] - scores["value"].item())
