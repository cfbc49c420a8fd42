"""YAML with positions: values as YAML 1.2 reads them, and what a study file may not have."""

import math

import pytest

from harness.config.document import parse
from harness.config.nodes import at, place_of


def problems(text):
    return [str(problem) for problem in parse(text, "f.yaml")[1]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 1e-3),
        ("1E-3", 1e-3),
        ("-1.5e+4", -15000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("12", 12),
        ("-7", -7),
        ("0x10", 16),
        ("010", 10),
        ("1_000", 1000),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("no", "no"),
        ("null", None),
        ("~", None),
        ("", None),
        ("2024-05-01", "2024-05-01"),
        ("12:30", "12:30"),
        ("'1e-3'", "1e-3"),
        ('"1"', "1"),
        (".inf", math.inf),
        ("-.INF", -math.inf),
    ],
)
def test_scalars(text, value):
    tree, found = parse(f"a: {text}\n", "f.yaml")
    assert found == []
    assert tree.plain() == {"a": value}
    assert type(tree.plain()["a"]) is type(value)


def test_places_count_from_one_and_know_keys_and_values():
    tree, _ = parse("a: 1\nb:\n  - {c: x, d: [1, 22]}\n", "f.yaml")
    assert str(place_of(tree, ("b", 0, "d", 1))) == "f.yaml:3:19"
    assert str(place_of(tree, ("b", 0, "d"), key=True)) == "f.yaml:3:12"
    assert str(place_of(tree, ("b", 0, "missing"))) == "f.yaml:3:5"


def test_aliases_and_merges():
    tree, found = parse("base: &b {x: 1, y: 2}\nmore: {<<: *b, y: 3}\nlist: [*b, *b]\n", "f.yaml")
    assert found == []
    assert tree.plain()["more"] == {"x": 1, "y": 3}
    assert tree.plain()["list"] == [{"x": 1, "y": 2}] * 2
    assert place_of(tree, ("more", "x")).line == 1
    assert at(tree, ("more", "y")).place.line == 2


def test_recursive_alias_is_refused():
    assert problems("a: &a [*a]\n") == ["f.yaml:1:4: found an alias to a value that it is part of"]


def test_duplicate_keys_at_every_level():
    assert problems("a: 1\nb: {c: 1, c: 2}\na: 2\n") == [
        "f.yaml:2:11: found key 'c' twice; first in line 2",
        "f.yaml:3:1: found key 'a' twice; first in line 1",
    ]


@pytest.mark.parametrize("tag", ["!foo", "!!python/object:os.system", "!!binary", "!!set"])
def test_tags_are_refused(tag):
    (message,) = problems(f"a: {tag} x\n")
    assert message.startswith("f.yaml:1:4: found the tag ")
    assert "a study file has no tags" in message


def test_tag_on_a_mapping_is_refused():
    assert problems("a: !thing {x: 1}\n") == ["f.yaml:1:4: found the tag !thing; a study file has no tags"]


def test_number_by_tag_that_is_none():
    assert problems("a: !!int x\n") == ["f.yaml:1:4: found 'x', expected a number; quote it if it is text"]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("a:\n\t- b\n", "f.yaml:2:1: found a tab where YAML allows only spaces"),
        ("a: [1, 2\nb: 3\n", "f.yaml:2:"),
        ("a: 1\n b: 2\n", "f.yaml:2:3: not valid YAML: mapping values are not allowed here"),
        ("a: 'x\n", "f.yaml:2:1: not valid YAML"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1: not valid YAML: but found another document"),
        ("a: *nowhere\n", "f.yaml:1:4: not valid YAML: found undefined alias"),
        ("{[1]: 2}\n", "f.yaml:1:2: found a list or mapping as a key"),
        ("a: {<<: 3}\n", "f.yaml:1:9: expected a mapping"),
    ],
)
def test_syntax_errors_have_positions(text, start):
    assert problems(text)[0].startswith(start)


def test_unclosed_bracket_says_where_it_began():
    (message,) = problems("a: [1,\n  2\nb: 3\n")
    assert "which began in line 1" in message


def test_keys_are_text_even_when_they_look_like_numbers():
    assert parse("1: a\ntrue: b\n", "f.yaml")[0].plain() == {"1": "a", "true": "b"}


def test_empty_text_has_no_tree():
    assert parse("# nothing\n", "f.yaml") == (None, [])
