from harness.config import load_study_file
from harness.schedule.rehearsal import rehearse
from tests.endtoend.corpus import events, write_study


def test_a_study_is_gone_through_without_training_and_then_found_done(tmp_path) -> None:
    config = load_study_file(write_study(tmp_path, ("pitch", "loud")), [])
    first = rehearse(config, tmp_path / "out")
    second = rehearse(config, tmp_path / "out")
    assert (
        first.units == first.trained == 40
    )  # 5 cells of 2 folds: 3 trials, of which one is the first of 2 seeds
    assert (second.units, second.trained) == (40, 0)
    assert 0 < second.seconds < first.seconds
    assert sum(what == "done" for _, what in events(tmp_path / "out")) == 40
