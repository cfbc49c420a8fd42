"""A process that speaks with espeak-ng: started as a script, it reads JSON lines and answers with JSON lines.

What espeak-ng says depends on what the process said before, even with the same seed. So this process
initialises the library and never speaks: it forks a fresh child for each utterance. It imports the standard
library alone, because a process with threads (those of torch, or of a BLAS) must not be forked.

``python espeak_server.py LIBRARY DATA``; a request is ``{"voice", "text", "rate", "pitch", "range",
"seed"}``; the answer is ``{"pcm": base64 of int16, "rate": Hz}`` or ``{"error": text}``.
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import signal
import sys
from typing import Any

AUDIO_OUTPUT_SYNCHRONOUS = 2
DO_NOT_EXIT = 0x8000
CHARS_UTF8 = 1
RATE, PITCH, RANGE = 1, 3, 4
UTTERANCE_TIMEOUT_S = 30

CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class Engine:
    """espeak-ng through ctypes, initialised and silent."""

    def __init__(self, library: str, data: str) -> None:
        self._library = ctypes.CDLL(library)
        self._library.espeak_ng_SetRandSeed.argtypes = [ctypes.c_long]
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int,
            ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self._pieces: list[bytes] = []
        # the library keeps a bare pointer: the callback must live as long as the engine does
        self._callback = CALLBACK(self._collect)
        self.rate = self._library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, data.encode(), DO_NOT_EXIT)
        if self.rate <= 0:
            raise RuntimeError(f"espeak_Initialize returned {self.rate} for the data in {data}")
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, request: dict[str, Any]) -> bytes:
        """Speak a text; return mono PCM, native int16."""
        self._library.espeak_ng_SetRandSeed(request["seed"])
        self._check("espeak_SetVoiceByName", self._library.espeak_SetVoiceByName(request["voice"].encode()))
        for number, key in ((RATE, "rate"), (PITCH, "pitch"), (RANGE, "range")):
            self._check("espeak_SetParameter", self._library.espeak_SetParameter(number, request[key], 0))
        text = request["text"].encode()
        code = self._library.espeak_Synth(text, len(text) + 1, 0, 0, 0, CHARS_UTF8, None, None)
        self._check("espeak_Synth", code)
        return b"".join(self._pieces)

    def _collect(self, samples: int | None, n: int, _events: int | None) -> int:
        if samples and n > 0:
            self._pieces.append(ctypes.string_at(samples, 2 * n))
        return 0

    @staticmethod
    def _check(function: str, code: int) -> None:
        if code != 0:
            raise RuntimeError(f"{function} returned {code}")


def answer(engine: Engine, request: dict[str, Any]) -> dict[str, Any]:
    """Speak in a forked child and return the answer; a child that dies is an error, not the end of all."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _speak_and_exit(engine, request, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        reply = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != 0 or not reply:
        return {"error": f"the speaking process ended with {os.waitstatus_to_exitcode(status)}"}
    result: dict[str, Any] = json.loads(reply)
    return result


def _speak_and_exit(engine: Engine, request: dict[str, Any], writer: int) -> None:
    signal.alarm(UTTERANCE_TIMEOUT_S)
    try:
        reply = {"pcm": base64.b64encode(engine.speak(request)).decode(), "rate": engine.rate}
    except Exception as error:
        reply = {"error": f"{type(error).__name__}: {error}"}
    with os.fdopen(writer, "wb") as pipe:
        pipe.write(json.dumps(reply).encode())
    os._exit(0)


def main() -> None:
    """Answer requests until the input ends."""
    engine = Engine(*sys.argv[1:3])
    for line in sys.stdin:
        print(json.dumps(answer(engine, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
