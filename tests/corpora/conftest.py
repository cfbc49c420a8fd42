"""A tiny corpus on disk, and a server of files that can be cut off."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import soundfile

RATE = 8000


def tone(seed: int, seconds: float = 0.2, rate: int = RATE) -> np.ndarray:
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    return 0.3 * np.sin(2 * np.pi * rng.uniform(200, 2000) * t) + 0.01 * rng.standard_normal(len(t))


@dataclass
class Corpus:
    """A folder with ``labels.csv``: columns file, kind, group, split."""

    folder: Path
    rows: list[str] = field(default_factory=list)

    def add(self, name: str, kind: str, group: str, split: str = "", samples=None, rate: int = RATE) -> None:
        wave = tone(len(self.rows), rate=rate) if samples is None else samples
        soundfile.write(self.folder / name, wave, rate, subtype="FLOAT")
        self.row(name, kind, group, split)

    def row(self, name: str, kind: str, group: str, split: str = "") -> None:
        self.rows.append(f"{name},{kind},{group},{split}")
        text = "\n".join(["file,kind,group,split", *self.rows])
        (self.folder / "labels.csv").write_text(text + "\n")

    @property
    def params(self) -> list[str]:
        return [f"path={self.folder}", "tasks.kind=multiclass"]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Twelve clips of two kinds in six groups; nothing is wrong with them."""
    folder = tmp_path / "birds"
    folder.mkdir()
    made = Corpus(folder)
    for i in range(12):
        made.add(f"{i:02d}.wav", ("owl", "wren")[i % 2], f"g{i // 2}", ("train", "test")[i >= 8])
    return made


@dataclass
class Served:
    """``files`` by path; ``cut`` holds how many bytes of the next answers go out, ``answers`` their codes;
    ``asked`` the ranges asked for.
    """

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    cut: list[int] = field(default_factory=list)
    ranges: bool = True
    answers: list[int] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)

    def url(self, name: str) -> str:
        return f"{self.address}/{name}"


@pytest.fixture
def served() -> Iterator[Served]:
    """Serve files on this machine, with ranges, and cut transfers off where asked to."""
    state = Served()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = state.files.get(self.path.lstrip("/"))
            asked = self.headers.get("Range")
            state.asked.append(asked)
            if data is None or state.answers:
                self.send_error(state.answers.pop(0) if state.answers else 404)
                return
            start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1]) if asked and state.ranges else 0
            if start >= len(data):
                self.send_error(416)
                return
            self.send_response(206 if asked and state.ranges else 200)
            if asked and state.ranges:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            body = data[start:]
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: state.cut.pop(0)] if state.cut else body)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()
