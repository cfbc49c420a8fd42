"""Where the published corpora are to be had, with their hashes as published; light, as records are.

Only what a maintained library or the publisher states is a hash here; where none was found, ``steps`` say what to do.
"""

from __future__ import annotations

from harness.api import Download, Fetch

_TORCHAUDIO = "torchaudio, torchaudio/datasets/speechcommands.py"
_TFDS = "TensorFlow Datasets, tensorflow_datasets/audio/spoken_digit/checksums.tsv"
_PADDLE = "PaddleSpeech, paddleaudio/paddleaudio/datasets/ravdess.py"
_DCASE_UTIL = "dcase_util, dcase_util/datasets/tut.py"
_SOUNDATA = "dcase_util, dcase_util/datasets/tut.py; soundata, soundata/datasets/tut2017se.py"

_ZENODO = "https://zenodo.org/record/{record}/files/{file}"


def _zenodo(
    record: int, file: str, md5: str, size_bytes: int, hash_source: str, *, into: str = ""
) -> Download:
    return Download(
        url=_ZENODO.format(record=record, file=file),
        hash=f"md5:{md5}",
        hash_source=hash_source,
        size_bytes=size_bytes,
        into=into,
    )


SPEECH_COMMANDS = Fetch(
    homepage="https://arxiv.org/abs/1804.03209",
    files=(
        Download(
            url="https://storage.googleapis.com/download.tensorflow.org/data/speech_commands_v0.02.tar.gz",
            hash="sha256:af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58",
            hash_source=_TORCHAUDIO,
            size_bytes=2_428_923_189,
        ),
    ),
)

FSDD = Fetch(
    homepage="https://github.com/Jakobovski/free-spoken-digit-dataset",
    files=(
        Download(
            url="https://github.com/Jakobovski/free-spoken-digit-dataset/archive/v1.0.9.tar.gz",
            hash="sha256:8bc44cde129d505cbbb6b365c09f80c663f2aa77578afc634e6141a2f87100c0",
            hash_source=_TFDS,
            size_bytes=11_975_353,
        ),
    ),
    folder="free-spoken-digit-dataset-1.0.9",
)

RAVDESS = Fetch(
    homepage="https://zenodo.org/record/1188976",
    files=(
        _zenodo(
            1188976,
            "Audio_Speech_Actors_01-24.zip",
            "bc696df654c87fed845eb13823edef8a",
            208_468_073,
            _PADDLE,
            into="Audio_Speech_Actors_01-24",
        ),
        _zenodo(
            1188976,
            "Audio_Song_Actors_01-24.zip",
            "5411230427d67a21e18aa4d466e6d1b9",
            225_505_317,
            _PADDLE,
            into="Audio_Song_Actors_01-24",
        ),
    ),
)

_SCENES = "TUT-acoustic-scenes-2017-development"
_SCENES_FILES = {
    "doc": ("2065495aaf3f1103e795c9899e2af1df", 54_796),
    "meta": ("9007fd4772d816590c5db5f5e9568f5d", 104_321),
    "error": ("802c700b021769e52a2c1e3b9c117a1b", 1_432),
    "audio.1": ("251325a9afaaad0326ad1c57f57d514a", 1_071_445_248),
    "audio.2": ("c26861e05147dc319b4250eb103d9d99", 1_073_453_613),
    "audio.3": ("a4815775f8a5e629179726ee4cd4f55a", 1_073_077_819),
    "audio.4": ("1732b03afe8c53ef8bba80ba14766e57", 1_072_822_038),
    "audio.5": ("611be754a0c951185c6ae4b7643c19a0", 1_072_644_652),
    "audio.6": ("165a201db800d3ea76fce5a9c2bd97d7", 1_072_667_888),
    "audio.7": ("c7d79db84264401c0f8680dcc36013ad", 1_073_417_661),
    "audio.8": ("35043f25123439392338c790494c7a19", 1_072_381_222),
    "audio.9": ("0805dcf5d8e6871dc9610182b2efb93a", 1_072_087_738),
    "audio.10": ("5df83a191295a04e290b125c634e13e7", 1_046_262_120),
}
DCASE2017_SCENES = Fetch(
    homepage="https://zenodo.org/record/400515",
    files=tuple(
        _zenodo(400515, f"{_SCENES}.{part}.zip", md5, size, _DCASE_UTIL)
        for part, (md5, size) in _SCENES_FILES.items()
    ),
    folder=_SCENES,
)

_EVENTS = "TUT-sound-events-2017-development"
_EVENTS_FILES = {
    "doc": ("aa6024e70f5bff3fe15d962b01753e23", 56_150),
    "meta": ("50e870b3a89ed3452e2a35b508840929", 140_684),
    "audio.1": ("6f1cd31592b8240a14be3ee513db6a23", 1_062_653_169),
    "audio.2": ("adcff03341b84dc8d35f035b93c1efa0", 213_232_458),
}
DCASE2017_EVENTS = Fetch(
    homepage="https://zenodo.org/record/814831",
    files=tuple(
        _zenodo(814831, f"{_EVENTS}.{part}.zip", md5, size, _SOUNDATA)
        for part, (md5, size) in _EVENTS_FILES.items()
    ),
    folder=_EVENTS,
)

ESC = Fetch(
    homepage="https://github.com/karolpiczak/ESC-50",
    steps="Download the repository as an archive from its page and unpack it; give the folder that holds meta/ and"
    " audio/ as path. Archives of a branch are made anew and have no lasting hash.",
)

FSDKAGGLE2018 = Fetch(
    homepage="https://zenodo.org/record/2552860",
    steps="Download FSDKaggle2018.audio_train.zip, FSDKaggle2018.audio_test.zip and FSDKaggle2018.meta.zip from the"
    " page, compare their MD5 with those that the page shows, and unpack them beside each other.",
)

ASVSPOOF2015 = Fetch(
    homepage="https://datashare.ed.ac.uk/handle/10283/853",
    steps="Accept the licence on the page, download the archives of audio and protocols, and unpack them beside each"
    " other: wav/, CM_protocol/ and Joint_ASV_CM_protocol/.",
)

AUDIOSET = Fetch(
    homepage="https://research.google.com/audioset/download.html",
    steps="Download balanced_train_segments.csv, eval_segments.csv and class_labels_indices.csv from the page. The"
    " audio is not distributed: put the segments that you have into audio/.",
)
