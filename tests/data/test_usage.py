"""Who uses an entry of the cache, and when it was used last."""

import os
import shutil
import subprocess
import sys
import time

import pytest

from harness.data.usage import InUse, alone, last_used, used_now
from harness.errors import DataError

OLD = time.time() - 60 * 86400


@pytest.fixture
def entry(tmp_path):
    folder = tmp_path / "banks" / "abc"
    folder.mkdir(parents=True)
    (folder / "features.npy").write_bytes(b"x")
    for path in (folder / "features.npy", folder):
        os.utime(path, (OLD, OLD))
    return folder


def test_a_use_makes_an_entry_new(entry):
    assert last_used(entry) == pytest.approx(OLD)
    used_now(entry)
    assert last_used(entry) == pytest.approx(time.time(), abs=60)


def test_what_cannot_be_written_is_used_all_the_same(entry):
    used_now(entry / "nowhere")


def test_a_file_that_was_read_or_written_since_makes_it_new(entry):
    os.utime(entry / "features.npy", (OLD + 500, OLD))
    assert last_used(entry) == pytest.approx(OLD + 500)


def test_nobody_has_an_entry_alone_while_another_holds_it(entry):
    used = InUse()
    used.hold([entry])
    with alone(entry) as free:
        assert not free
    used.close()
    with alone(entry) as free:
        assert free


def test_two_hold_the_same_entry(entry):
    with InUse() as first, InUse() as second:
        first.hold([entry])
        second.hold([entry])
        first.close()
        with alone(entry) as free:
            assert not free


def test_a_killed_process_holds_nothing(entry):
    code = (
        "import os, sys; from pathlib import Path; from harness.data.usage import InUse, alone;"
        "used = InUse(); used.hold([Path(sys.argv[1])]); os.kill(os.getpid(), 9)"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(entry)], check=False)
    assert ended.returncode == -9
    with alone(entry) as free:
        assert free


def test_what_was_freed_is_an_error_that_says_what_to_do(entry):
    shutil.rmtree(entry)
    with pytest.raises(DataError, match="run the same command again"):
        InUse().hold([entry])


def test_an_entry_that_was_made_anew_is_another_one(entry):
    with alone(entry) as free:
        assert free
        entry.rename(entry.with_name("gone"))
        entry.mkdir()
        with InUse() as used:
            used.hold([entry])  # the new folder: nobody has it alone
