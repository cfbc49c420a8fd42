"""Formats that cannot be decoded are named."""

from __future__ import annotations

import soundfile

from harness.doctor.audio import check_codecs


def test_all_formats_can_be_read_here():
    assert check_codecs().status == "ok"


def test_a_format_that_cannot_is_named(monkeypatch):
    real = soundfile.write

    def write(file, samples, rate, format, subtype):
        if format == "MP3":
            raise soundfile.LibsndfileError(1, "Format not recognised.")
        return real(file, samples, rate, format=format, subtype=subtype)

    monkeypatch.setattr(soundfile, "write", write)
    finding = check_codecs()
    assert finding.status == "problem"
    assert finding.found.startswith("mp3 cannot be read")
