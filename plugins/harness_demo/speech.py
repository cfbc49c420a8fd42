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
#: Kinds of voice, five variants of espeak-ng each: its formant voices by the gender that their files state,
#: those of its Klatt synthesiser, and those that its authors made to sound like machines.
VOICES: dict[str, tuple[str, ...]] = {
    "female": ("f1", "f2", "f3", "f4", "linda"),
    "male": ("m1", "m2", "m3", "m4", "m7"),
    "klatt": ("klatt", "klatt2", "klatt3", "klatt4", "klatt6"),
    "robot": ("robosoft", "robosoft3", "robosoft4", "UniRobot", "anikaRobot"),
}
VARIANTS = {variant: voice for voice, variants in VOICES.items() for variant in variants}

RATE_WPM = (110, 200)
PITCH = (35, 66)
PITCH_RANGE = (30, 71)


class Speech(RenderedDataset):
    """Synthesised digits, ten words in each of four languages, in twenty voice variants of espeak-ng.

    Digits are balanced; within each digit the variants are crossed with the languages. An utterance varies in
    rate, pitch, pitch range, start, level and noise.

    ``voice`` is the kind of voice (female, male, klatt, robot) and the group is the voice variant, for all
    three tasks: each is told from voices that were never heard in training. Telling the variants themselves
    could not be disjoint in them; with a group column of its own it would have other folds than its partners,
    and a run of both could train on half of the clips only (no clip that one task of a run tests on is
    trained on), so that its gains would measure the lost clips.
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
        """``digit`` (10 classes), ``voice`` (4), ``language`` (4)."""
        return (
            Task(name="digit", kind="multiclass", classes=DIGITS),
            Task(name="voice", kind="multiclass", classes=tuple(VOICES)),
            Task(name="language", kind="multiclass", classes=LANGUAGES),
        )

    def plans(self) -> list[Plan]:
        """Return what the clips are, in order."""
        design = BalancedDesign(self.parameters.seed, self.name)
        return [self._plan(index, design) for index in range(self.parameters.n_clips)]

    def _plan(self, index: int, design: BalancedDesign) -> Plan:
        digit = design.next("digit", DIGITS)
        variant, language = design.next_pair("utterance", tuple(VARIANTS), LANGUAGES, digit)
        return Plan(
            index=index,
            labels={"digit": digit, "voice": VARIANTS[variant], "language": language},
            group=variant,
            sound={"voice": f"{language}+{variant}", "text": WORDS[language][int(digit)]},
        )

    @contextmanager
    def renderer(self) -> Iterator[Render]:
        """Offer the function that speaks one word."""
        espeak = Espeak()
        espeak.check_variants(VARIANTS)

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
