"""The records of the readers; light, because they are read when plugins are listed."""

from __future__ import annotations

from harness.api import DatasetRecord
from harness_audio.datasets.corpus_parameters import (
    AsvSpoofParameters,
    AudioSetParameters,
    CorpusParameters,
    FsdKaggleParameters,
    RavdessParameters,
    SoundEventsParameters,
    SpeechCommandsParameters,
)
from harness_audio.datasets.fetches import (
    ASVSPOOF2015,
    AUDIOSET,
    DCASE2017_EVENTS,
    DCASE2017_SCENES,
    ESC,
    FSDD,
    FSDKAGGLE2018,
    RAVDESS,
    SPEECH_COMMANDS,
)
from harness_audio.datasets.parameters import FolderParameters

FOLDER = DatasetRecord(
    name="folder",
    factory="harness_audio.datasets.folder:Folder",
    parameters=FolderParameters,
    summary="a directory with audio files and a labels.csv; the study file makes its columns tasks",
    licence="as SOURCE.md in the directory says",
)

SPEECH = [
    DatasetRecord(
        name="asvspoof2015",
        factory="harness_audio.datasets.asvspoof2015:AsvSpoof2015",
        parameters=AsvSpoofParameters,
        tasks=("spoof", "speaker", "gender"),
        summary="genuine and spoofed speech of 106 speakers, with the challenge's protocols",
        source="Wu et al. 2015, ASVspoof 2015, Interspeech; Edinburgh DataShare 10283/853",
        licence="as its licence file says",
        fetch=ASVSPOOF2015,
    ),
    DatasetRecord(
        name="fsdd",
        factory="harness_audio.datasets.fsdd:Fsdd",
        parameters=CorpusParameters,
        tasks=("digit", "speaker"),
        summary="Free Spoken Digit Dataset: English digits, with the official split",
        source="Jackson et al., doi:10.5281/zenodo.1342401",
        licence="CC BY-SA 4.0",
        fetch=FSDD,
    ),
    DatasetRecord(
        name="ravdess",
        factory="harness_audio.datasets.ravdess:Ravdess",
        parameters=RavdessParameters,
        tasks=("emotion", "intensity", "gender"),
        summary="emotional speech and song of 24 actors",
        source="Livingstone & Russo 2018, doi:10.1371/journal.pone.0196391",
        licence="CC BY-NC-SA 4.0",
        fetch=RAVDESS,
    ),
    DatasetRecord(
        name="speech_commands",
        factory="harness_audio.datasets.speech_commands:SpeechCommands",
        parameters=SpeechCommandsParameters,
        tasks=("keyword",),
        summary="one-second words of thousands of speakers, with the official lists",
        source="Warden 2018, arXiv:1804.03209",
        licence="CC BY 4.0",
        fetch=SPEECH_COMMANDS,
    ),
]

ENVIRONMENT = [
    DatasetRecord(
        name="audioset",
        factory="harness_audio.datasets.audioset:AudioSet",
        parameters=AudioSetParameters,
        tasks=("sound",),
        summary="AudioSet, or a part of it, by its lists of segments; multilabel",
        source="Gemmeke et al. 2017, doi:10.1109/ICASSP.2017.7952261",
        licence="CC BY 4.0 (lists); the videos' own for the audio",
        fetch=AUDIOSET,
    ),
    DatasetRecord(
        name="dcase2017_scenes",
        factory="harness_audio.datasets.dcase2017_scenes:Dcase2017Scenes",
        parameters=CorpusParameters,
        tasks=("scene",),
        summary="TUT Acoustic Scenes 2017, development set: 15 scenes, four official folds",
        source="Mesaros et al. 2017, DCASE 2017; doi:10.5281/zenodo.400515",
        licence="academic, not commercial",
        fetch=DCASE2017_SCENES,
    ),
    DatasetRecord(
        name="dcase2017_events",
        factory="harness_audio.datasets.dcase2017_events:Dcase2017Events",
        parameters=SoundEventsParameters,
        tasks=("event",),
        summary="TUT Sound Events 2017, development set: street events in segments of 1 s; multilabel",
        source="Mesaros et al. 2017, DCASE 2017; doi:10.5281/zenodo.814831",
        licence="academic, not commercial",
        fetch=DCASE2017_EVENTS,
    ),
    DatasetRecord(
        name="esc50",
        factory="harness_audio.datasets.esc:Esc50",
        parameters=CorpusParameters,
        tasks=("sound", "category"),
        summary="ESC-50: 50 environmental sounds, five official folds",
        source="Piczak 2015, doi:10.1145/2733373.2806390",
        licence="CC BY-NC 3.0",
        fetch=ESC,
    ),
    DatasetRecord(
        name="esc10",
        factory="harness_audio.datasets.esc:Esc10",
        parameters=CorpusParameters,
        tasks=("sound", "category"),
        summary="the ten classes of ESC-50 that make ESC-10, five official folds",
        source="Piczak 2015, doi:10.1145/2733373.2806390",
        licence="CC BY 3.0",
        fetch=ESC,
    ),
    DatasetRecord(
        name="fsdkaggle2018",
        factory="harness_audio.datasets.fsdkaggle2018:FsdKaggle2018",
        parameters=FsdKaggleParameters,
        tasks=("sound",),
        summary="Freesound clips of 41 AudioSet classes, with the official split",
        source="Fonseca et al. 2018, arXiv:1807.09902; doi:10.5281/zenodo.2552860",
        licence="CC BY 4.0; each clip's own licence is in the tables",
        fetch=FSDKAGGLE2018,
    ),
]

RECORDS = [FOLDER, *SPEECH, *ENVIRONMENT]
