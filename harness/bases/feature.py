"""What the harness asks of a feature module; what features of the same batch have in common is computed once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Iterator
from contextvars import ContextVar
from typing import Any, TypeVar

Value = TypeVar("Value")

_batch: ContextVar[dict[Hashable, Any] | None] = ContextVar("batch", default=None)


@contextlib.contextmanager
def one_batch() -> Iterator[None]:
    """Keep what :func:`shared` makes until the end: several features are computed of one batch of waveforms."""
    token = _batch.set({})
    try:
        yield
    finally:
        _batch.reset(token)


def covariates_of(module: object) -> tuple[str, ...]:
    """Return the covariates that a feature module is given beside the waveform, in this order."""
    return tuple(getattr(module, "covariates", ()))


def plain_of(module: object) -> tuple[int, ...]:
    """Return the channels of a feature module's output that no scaler touches, in ascending order."""
    return tuple(sorted(getattr(module, "plain", ())))


def shared(waveform: object, key: Hashable, make: Callable[[], Value]) -> Value:
    """Return ``make()``, made once for all features of a batch that ask with this waveform and an equal ``key``.

    A feature calls it for an intermediate that others have too, such as a mel spectrogram. The key holds all that
    the intermediate depends on beside the waveform; nobody may change what is shared. Outside of a batch that
    several features are computed of, ``make`` is called every time.
    """
    kept = _batch.get()
    if kept is None:
        return make()
    place = id(waveform), key
    if place not in kept:
        kept[place] = waveform, make()  # with the waveform, whose id no other one can get then
    value: Value = kept[place][1]
    return value
