"""A contact sheet as one HTML file: pictures, texts for those who do not see them, and sound on request."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

import soundfile

from harness.corpora.pictures import clip_figure, count_figure, title
from harness.corpora.sample import Sheet, Shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: So much of a clip is heard, and so many bytes of sound are put into a page.
AUDIO_S = 10.0
AUDIO_BYTES = 8_000_000

STYLE = """
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { margin: 1.5rem auto; max-width: 80rem; padding: 0 1rem; }
.clips { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { font-size: .8rem; overflow-wrap: anywhere; }
img { max-width: 100%; background: white; } audio { width: 100%; height: 2rem; }
"""


def page(sheets: Sequence[Sheet], *, audio: bool = False) -> str:
    """Return the page; with ``audio``, clips can be heard until the page holds ``AUDIO_BYTES`` of sound."""
    names = ", ".join(sheet.name for sheet in sheets)
    left = AUDIO_BYTES if audio else 0
    parts = []
    for sheet in sheets:
        section, left = _section(sheet, left)
        parts.append(section)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Clips of {escape(names)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>\n'
        f"<h1>Clips of {escape(names)}</h1>\n{''.join(parts)}</body></html>\n"
    )


def _section(sheet: Sheet, left: int) -> tuple[str, int]:
    figures = []
    for shown in sheet.clips:
        sound = _audio(shown, left)
        left -= len(sound)
        figures.append(_clip(shown, sound))
    more = f" {sheet.left_out} more were drawn and left out." if sheet.left_out else ""
    task = f"{escape(sheet.name)}/{escape(sheet.task.name)}"
    return (
        f"<section><h2>{task}</h2><p>{sheet.task.kind}; {sheet.n_clips} clips. Licence: {escape(sheet.licence)}."
        f"{more}</p>\n{_image(count_figure(sheet), _counts_told(sheet))}\n"
        f'<div class="clips">\n{"".join(figures)}</div></section>\n'
    ), left


def _clip(shown: Shown, sound: str) -> str:
    what = shown.defect or "waveform and log-mel spectrogram"
    alt = f"Clip {shown.clip}, {title(shown)}: {what}"
    caption = f"<b>{escape(title(shown))}</b><br>{escape(shown.clip)}"
    return f"<figure>{_image(clip_figure(shown), alt)}{sound}<figcaption>{caption}</figcaption></figure>\n"


def _counts_told(sheet: Sheet) -> str:
    return f"Clips by label: {'; '.join(_told(*entry) for entry in sheet.counts.items())}"


def _told(label: str, parts: dict[str, int]) -> str:
    by_part = f" ({', '.join(f'{part} {n}' for part, n in parts.items())})" if len(parts) > 1 else ""
    return f"{label} {sum(parts.values())}{by_part}"


def _image(figure: Figure, alt: str) -> str:
    data = io.BytesIO()
    figure.savefig(data, format="png")
    return f'<img alt="{escape(alt)}" src="data:image/png;base64,{_base64(data.getvalue())}">'


def _audio(shown: Shown, left: int) -> str:
    """Return a player, or nothing where there is no room for it."""
    if shown.samples is None or left <= 0:
        return ""
    data = io.BytesIO()
    heard = shown.samples[: round(AUDIO_S * shown.rate)].clip(-1, 1)
    soundfile.write(data, heard, shown.rate, format="WAV", subtype="PCM_16")
    label = escape(f"Listen to {shown.clip}")
    source = f"data:audio/wav;base64,{_base64(data.getvalue())}"
    player = f'<audio controls preload="none" aria-label="{label}" src="{source}"></audio>'
    return player if len(player) <= left else ""


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def told(sheets: Sequence[Sheet]) -> Iterator[str]:
    """Yield a line a data set, for the terminal."""
    for sheet in sheets:
        yield f"{sheet.name}/{sheet.task.name}: {len(sheet.clips)} of {sheet.n_clips} clips"
