"""The README says what the project does: its commands are those that the checks run."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def commands() -> list[str]:
    return [block.strip() for block in re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.S)]


def test_there_are_exactly_two_commands() -> None:
    assert len(commands()) == 2
    assert "study run studies/audio_pairs.yaml" in commands()[0]


def test_the_checks_run_the_second_one() -> None:
    assert commands()[1] in (ROOT / ".ci" / "run").read_text()


def test_every_link_leads_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert (page.parent / target).exists() or target.startswith("https://"), f"{page.name}: {target}"
