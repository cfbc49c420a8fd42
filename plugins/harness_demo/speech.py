"""``speech``: the digits in four languages, synthesised."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from harness.api import Task
from harness_demo.design import BalancedDesign, Plan
from harness_demo.espeak import DISTRIBUTIONS, Espeak
from harness_demo.rendered import Render, RenderedDataset

DIGITS = tuple("0123456789")
#: The words of the digits, in order, by espeak-ng language.
WORDS: dict[str, tuple[str, ...]] = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "de": ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"),
    "es": ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
    "fr": ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
}
LANGUAGES = tuple(WORDS)
#: Voice variants of espeak-ng: six that are meant as female, six as male.
VOICES = ("f1", "f2", "f3", "f4", "linda", "steph", "m1", "m2", "m3", "m5", "m7", "m8")

RATE_WPM = (110, 200)
PITCH = (35, 66)
PITCH_RANGE = (30, 71)


class Speech(RenderedDataset):
    """Synthesised digits, ten words in each of four languages, in twelve voice variants of espeak-ng.

    Digits are balanced; within each digit the voices are crossed with the languages, so that 480 clips are
    every voice's every word once. An utterance varies in rate, pitch, pitch range, start, level and noise.

    Groups: for ``digit`` and ``language`` the voice, so that both are told from voices never heard in
    training (a word itself is heard, in other voices). ``voice`` cannot be disjoint in voice; its group is
    the word (the column ``word``: language and digit), so that a voice is told from words it was never heard
    to say.
    """

    name = "speech"
    distributions = DISTRIBUTIONS
    domain = "speech"
    licence = "synthesised on this machine with espeak-ng (GPL-3.0); nothing is distributed"
    citation = (
        "Synthesised audio: espeak-ng (https://github.com/espeak-ng/espeak-ng) as shipped by espeakng-loader"
    )

    @property
    def tasks(self) -> tuple[Task, ...]:
        """``digit`` (10 classes), ``voice`` (12), ``language`` (4)."""
        return (
            Task(name="digit", kind="multiclass", classes=DIGITS),
            Task(name="voice", kind="multiclass", classes=VOICES, group="word"),
            Task(name="language", kind="multiclass", classes=LANGUAGES),
        )

    def plans(self) -> list[Plan]:
        """Return what the clips are, in order."""
        design = BalancedDesign(self.parameters.seed, self.name)
        return [self._plan(index, design) for index in range(self.parameters.n_clips)]

    def _plan(self, index: int, design: BalancedDesign) -> Plan:
        digit = design.next("digit", DIGITS)
        voice, language = design.next_pair("word", VOICES, LANGUAGES, digit)
        return Plan(
            index=index,
            labels={"digit": digit, "voice": voice, "language": language},
            group=voice,
            groups={"word": f"{language}-{digit}"},
            sound={"voice": f"{language}+{voice}", "text": WORDS[language][int(digit)]},
        )

    @contextmanager
    def renderer(self) -> Iterator[Render]:
        """Offer the function that speaks one word."""
        espeak = Espeak()
        espeak.check_variants(VOICES)

        def render(plan: Plan, random: np.random.RandomState) -> tuple[np.ndarray, int]:
            return espeak.speak(
                **plan.sound,
                rate=random.randint(*RATE_WPM),
                pitch=random.randint(*PITCH),
                pitch_range=random.randint(*PITCH_RANGE),
                seed=random.randint(1, 2**31 - 1),
            )

        with espeak:
            yield render
