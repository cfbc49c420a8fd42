"""The classes of ESC-50, in the order of its targets (README.md of karolpiczak/ESC-50)."""

from __future__ import annotations

#: The five major categories: targets 0 to 9, 10 to 19 and so on.
MAJOR = ("animals", "natural_soundscapes", "human_non_speech", "interior", "exterior")

_ANIMALS = ("dog", "rooster", "pig", "cow", "frog", "cat", "hen", "insects", "sheep", "crow")
_NATURAL = (
    "rain",
    "sea_waves",
    "crackling_fire",
    "crickets",
    "chirping_birds",
    "water_drops",
    "wind",
    "pouring_water",
    "toilet_flush",
    "thunderstorm",
)
_HUMAN = (
    "crying_baby",
    "sneezing",
    "clapping",
    "breathing",
    "coughing",
    "footsteps",
    "laughing",
    "brushing_teeth",
    "snoring",
    "drinking_sipping",
)
_INTERIOR = (
    "door_wood_knock",
    "mouse_click",
    "keyboard_typing",
    "door_wood_creaks",
    "can_opening",
    "washing_machine",
    "vacuum_cleaner",
    "clock_alarm",
    "clock_tick",
    "glass_breaking",
)
_EXTERIOR = (
    "helicopter",
    "chainsaw",
    "siren",
    "car_horn",
    "engine",
    "train",
    "church_bells",
    "airplane",
    "fireworks",
    "hand_saw",
)

ESC50 = (*_ANIMALS, *_NATURAL, *_HUMAN, *_INTERIOR, *_EXTERIOR)

#: The classes of ESC-10, in the same order.
ESC10 = (
    "dog",
    "rooster",
    "rain",
    "sea_waves",
    "crackling_fire",
    "crying_baby",
    "sneezing",
    "clock_tick",
    "helicopter",
    "chainsaw",
)
