"""What is to be said of the clips' audio: which cannot be used, how long they are, at which rates, and how loud."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import pandas as pd

from harness.corpora.finding import Finding, counted, error, fine, warning
from harness.corpora.scan import Scan

#: What to do about each kind of defect.
ADVICE = {
    "missing file": "put the file there, or take its row out of the labels",
    "corrupt": "copy or convert the file again (say, `ffmpeg -i old new.flac`)",
    "empty": "the file has no samples: copy it again, or leave it out",
    "silent": "listen to it; a level below data.options.silence_db counts as silence",
    "non-finite": "write the file again from its source: samples are NaN or infinite",
    "wrong rate": "the parameter sample_rate says another rate than the file has; correct one of them",
    "wrong times": "correct start_s and end_s: they must lie in the recording",
}


def audio_findings(scan: Scan, *, max_quarantine: float, rates: Iterable[int]) -> Iterator[Finding]:
    """Yield what is found; ``rates`` are the sample rates that the study's features ask for."""
    yield from _defects(scan, max_quarantine)
    if len(scan.facts):
        yield from _durations(scan.facts)
        yield from _rates(scan, sorted(set(rates)))
        yield from _channels(scan.facts)
        yield from _clipped(scan)


def _defects(scan: Scan, allowed: float) -> Iterator[Finding]:
    bad = scan.catalog.quarantine
    total = len(scan.listing.rows)
    if not len(bad):
        yield fine("clips", f"all {total} clips can be used")
        return
    stops = len(bad) > allowed * total or len(bad) == total
    kinds = bad["reason"].str.partition(":")[0]
    for kind, rows in bad.groupby(kinds, sort=True):
        say = error if stops else warning
        yield say(str(kind), f"{len(rows)} of {total} clips", ADVICE.get(str(kind), ""), rows["clip"])
    if stops:
        yield error(
            "clips",
            f"{len(bad)} of {total} clips cannot be used ({len(bad) / total:.1%}); at most {allowed:.1%} is allowed",
            "repair them, or raise data.options.max_quarantine to go on without them",
        )


def _durations(facts: pd.DataFrame) -> Iterator[Finding]:
    low, middle, high = (facts["duration_s"].quantile(q) for q in (0, 0.5, 1))
    yield fine("duration", f"{low:.3g} s to {high:.3g} s, median {middle:.3g} s")


def _rates(scan: Scan, wanted: list[int]) -> Iterator[Finding]:
    found = scan.facts["sample_rate"]
    counts = {int(rate): int(n) for rate, n in sorted(Counter(found).items())}
    text = ", ".join(f"{rate} Hz ({counted(n, 'clip')})" for rate, n in counts.items())
    low = found < max(wanted, default=0)
    if low.any():
        yield warning(
            "sample rate",
            f"{text}; a feature asks for {max(wanted)} Hz, with {counted(int(low.sum()), 'clip')} below",
            f"nothing is above half their rate in them: ask for sample_rate {min(counts)}, or leave them out",
            scan.catalog.frame.loc[low.to_numpy(), "clip"],
        )
    elif len(counts) > 1:
        yield warning(
            "sample rate",
            text,
            "clips are resampled to one rate, but the bandwidth stays different: see that rates and labels do not go"
            " together",
        )
    else:
        yield fine("sample rate", text)


def _channels(facts: pd.DataFrame) -> Iterator[Finding]:
    channels = {int(k): int(n) for k, n in sorted(Counter(facts["channels"]).items())}
    text = ", ".join(f"{counted(n, 'clip')} of {counted(k, 'channel')}" for k, n in channels.items())
    yield fine("channels", text + ("; they are mixed down by their mean" if max(channels) > 1 else ""))


def _clipped(scan: Scan) -> Iterator[Finding]:
    clipped = (scan.facts["clipped"] > 0).to_numpy()
    if not clipped.any():
        yield fine("clipping", "no peaks are cut off")
        return
    yield warning(
        "clipping",
        f"{int(clipped.sum())} of {len(clipped)} clips have peaks cut off at full scale",
        "record or export at a lower level; see that no class is louder than others",
        scan.catalog.frame.loc[clipped, "clip"],
    )
