"""Small trees of files in the published layouts, of noise."""

from __future__ import annotations

import json
from pathlib import Path
from zlib import crc32

import numpy as np
import soundfile

RATE = 8000


def wav(path: Path, seconds: float = 1.0) -> Path:
    """Write noise, other noise for every name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = 0.1 * np.random.default_rng(crc32(path.stem.encode())).standard_normal(round(RATE * seconds))
    soundfile.write(path, noise.clip(-1, 1), RATE)
    return path


#: Recording: its class and its events (start and end in ms, class).
SPRSOUND = {
    "train": {
        "65058931_3.4_1_p2_1086": ("Normal", [(100, 400, "Normal"), (500, 900, "Normal")]),
        "65058931_3.4_1_p3_1087": ("CAS", [(0, 300, "Wheeze"), (400, 700, "Normal"), (700, 1000, "Rhonchi")]),
        "41217031_0.5_0_p1_12": ("CAS & DAS", [(20, 500, "Wheeze+Crackle"), (510, 990, "Stridor")]),
        "41217032_7.0_0_p4_13": ("Poor Quality", []),
    },
    "inter": {"40890405_3.3_0_p3_3655": ("DAS", [(10, 500, "Fine Crackle"), (600, 900, "Coarse Crackle")])},
    "intra": {"65058931_3.4_1_p1_1090": ("Normal", [(200, 800, "Normal")])},
}

#: Training recordings and annotations, test recordings and annotations.
SPRSOUND_LAYOUTS = {
    "BioCAS2022": ("train2022_wav", "train2022_json", "test2022_wav", "test2022_json"),
    "Classification": (
        "train_classification_wav",
        "train_classification_json",
        "valid_classification_wav/2022",
        "valid_classification_json/2022",
    ),
    ".": ("train_wav", "train_json", "test_wav", "test_json"),
}


def sprsound(root: Path, layout: str = "BioCAS2022") -> Path:
    """Write the six recordings above; times are texts, as in the files of the corpus."""
    train_wav, train_json, test_wav, test_json = (root / layout / name for name in SPRSOUND_LAYOUTS[layout])
    places = {
        "train": (train_wav, train_json),
        "inter": (test_wav, test_json / "inter_test_json"),
        "intra": (test_wav, test_json / "intra_test_json"),
    }
    for part, recordings in SPRSOUND.items():
        wavs, notes = places[part]
        for name, (kind, events) in recordings.items():
            wav(wavs / f"{name}.wav")
            notes.mkdir(parents=True, exist_ok=True)
            listed = [{"start": str(start), "end": str(end), "type": event} for start, end, event in events]
            text = json.dumps({"record_annotation": kind, "event_annotation": listed})
            (notes / f"{name}.json").write_text(text)
    return root


#: Recording: its part and its cycles (start, end, crackles, wheezes).
ICBHI = {
    "101_1b1_Al_sc_Meditron": ("train", [(0.036, 0.579, 0, 0), (0.579, 0.95, 1, 0)]),
    "102_1b1_Ar_sc_Litt3200": ("test", [(0.1, 0.4, 0, 1), (0.4, 0.9, 1, 1)]),
    "156_2b3_Al_mc_AKGC417L": ("train", [(0.0, 0.5, 0, 0)]),
    "156_5b3_Ar_mc_AKGC417L": ("test", [(0.0, 0.5, 0, 0)]),
    "226_1b1_Pl_sc_LittC2SE": ("train", [(0.2, 0.8, 1, 0)]),
}
DIAGNOSES = {"101": "URTI", "102": "Healthy", "156": "COPD", "226": "Pneumonia"}


def icbhi(root: Path, passed_on: bool = False) -> Path:
    """Write the five recordings above, as published, or as passed on (another folder, a CSV file of diagnoses)."""
    audio = root / ("audio_and_txt_files" if passed_on else "ICBHI_final_database")
    for name, (_, cycles) in ICBHI.items():
        wav(audio / f"{name}.wav")
        lines = ["\t".join(map(str, cycle)) for cycle in cycles]
        (audio / f"{name}.txt").write_text("\n".join(lines) + "\n")
    listed = {
        name.replace("226_1b1_Pl_sc_LittC2SE", "226_1b1_Pl_sc_Meditron"): part
        for name, (part, _) in ICBHI.items()
    }
    (root / "ICBHI_challenge_train_test.txt").write_text(
        "".join(f"{name}\t{part}\n" for name, part in listed.items())
    )
    table, separator = (
        ("patient_diagnosis.csv", ",") if passed_on else ("ICBHI_Challenge_diagnosis.txt", "\t")
    )
    (root / table).write_text("".join(f"{patient}{separator}{name}\n" for patient, name in DIAGNOSES.items()))
    return root
