"""A reader of SoundFont tables (SoundFont 2.01 specification, section 7), to check claims about one."""

from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path

INSTRUMENT, KEY_RANGE, SAMPLE = 41, 43, 53
TABLES = {
    b"phdr": "<20sHHHIII",
    b"pbag": "<HH",
    b"pgen": "<HH",
    b"inst": "<20sH",
    b"ibag": "<HH",
    b"igen": "<HH",
    b"shdr": "<20sIIIIIBbHH",
}


class Sf2:
    """Which sample a program plays for a key."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        self._tables: dict[bytes, list[tuple]] = {}
        for name, start, size in _chunks(data, 12, len(data)):
            if name == b"LIST" and data[start : start + 4] == b"pdta":
                for table, begin, length in _chunks(data, start + 4, start + size):
                    if table in TABLES:
                        rows = struct.iter_unpack(TABLES[table], data[begin : begin + length])
                        self._tables[table] = list(rows)

    def samples(self, bank: int, program: int, key: int) -> set[int]:
        """Return where the samples start that the program plays for the key."""
        presets = self._tables[b"phdr"]
        starts: set[int] = set()
        for preset, following in pairwise(presets):
            if (preset[2], preset[1]) == (bank, program):
                for zone in self._zones(b"pbag", b"pgen", preset[3], following[3], key):
                    starts |= self._instrument_samples(zone.get(INSTRUMENT), key)
        return starts

    def _instrument_samples(self, number: int | None, key: int) -> set[int]:
        if number is None:
            return set()
        table = self._tables[b"inst"]
        zones = self._zones(b"ibag", b"igen", table[number][1], table[number + 1][1], key)
        return {self._tables[b"shdr"][zone[SAMPLE]][1] for zone in zones if SAMPLE in zone}

    def _zones(self, bag: bytes, generators: bytes, first: int, last: int, key: int) -> list[dict[int, int]]:
        bags = self._tables[bag]
        zones = [dict(self._tables[generators][bags[z][0] : bags[z + 1][0]]) for z in range(first, last)]
        return [
            z for z in zones if z.get(KEY_RANGE, 127 << 8) & 255 <= key <= z.get(KEY_RANGE, 127 << 8) >> 8
        ]


def _chunks(data: bytes, start: int, end: int) -> list[tuple[bytes, int, int]]:
    found = []
    while start + 8 <= end:
        size = struct.unpack_from("<I", data, start + 4)[0]
        found.append((data[start : start + 4], start + 8, size))
        start += 8 + size + size % 2
    return found
