import json
import os
import signal
import subprocess
import sys

import pytest

from harness_demo import espeak_server


class Doomed:
    """An engine that ends its process in the middle of a word."""

    rate = 22050

    def speak(self, request):
        os.kill(os.getpid(), signal.SIGKILL)


class Silent:
    """An engine that refuses."""

    rate = 22050

    def speak(self, request):
        raise RuntimeError("no voice")


def test_a_child_that_dies_is_an_error():
    assert espeak_server.answer(Doomed(), {}) == {"error": "the speaking process ended with -9"}


def test_an_error_in_the_child_comes_back():
    assert espeak_server.answer(Silent(), {}) == {"error": "RuntimeError: no voice"}


def test_no_heavy_module_is_in_the_process_that_forks():
    code = (
        "import sys, runpy; sys.argv = ['s']; runpy.run_path(sys.orig_argv[-1]);"
        "print([m for m in ('numpy', 'torch', 'harness', 'harness_demo') if m in sys.modules])"
    )
    command = [sys.executable, "-P", "-c", code, espeak_server.__file__]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_wrong_data_path_is_told():
    loader = pytest.importorskip("espeakng_loader")
    command = [sys.executable, "-P", espeak_server.__file__, str(loader.get_library_path()), "/nowhere"]
    request = {"voice": "en", "text": "one", "rate": 160, "pitch": 50, "range": 50, "seed": 1}
    ended = subprocess.run(command, input=json.dumps(request) + "\n", capture_output=True, text=True)
    assert ended.returncode != 0 or "error" in json.loads(ended.stdout)
