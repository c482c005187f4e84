"""Mutations of whole files, drawn from a seed: the same seed makes the same file."""

import random
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.bad_input.breaking import body_of
from tests.support.fuzzing.bases import Base, bases

_VRS = (b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"FD", b"FL", b"IS", b"LO", b"OB", b"OW", b"PN", b"SH", b"SQ", b"SS", b"TM",
        b"UI", b"UL", b"UN", b"US", b"UT", b"ZZ", b"\0\0")  # fmt: skip
_VR_PATTERN = re.compile(
    rb"(?<=[\x00-\xff]{4})(?:AE|AS|AT|CS|DA|DS|FD|FL|IS|LO|OB|OW|PN|SH|SQ|SS|TM|UI|UL|UN|US|UT)(?=[\x00-\xff])"
)
_NUMBERS = (b"NaN", b"-0", b"1e400", b"-1e99", b"Infinity", b"1E", b"+-1", b"\xb2", b"0x10", b"1_0", b"9" * 20, b"")
_LENGTHS = (0, 1, 7, 8, 0xFFFF, 0xFFFE, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)
_MOST_MUTATIONS = 4


@dataclass(frozen=True)
class Mutant:
    """A mutated file, and what it was made of."""

    seed: int
    base: Base
    mutations: tuple[str, ...]
    content: bytes


Mutation = Callable[[random.Random, bytearray], None]


def mutant(seed: int) -> Mutant:
    """The file of a seed: bases take turns, one to four mutations."""
    choice = random.Random(seed)
    base = bases()[seed % len(bases())]
    content = bytearray(base.content)
    chosen = choice.choices(_MUTATIONS, k=1 + int(choice.random() ** 2 * _MOST_MUTATIONS))
    for mutate in chosen:
        if content:
            mutate(choice, content)
    return Mutant(seed, base, tuple(mutate.__name__.strip("_") for mutate in chosen), bytes(content))


def _place(choice: random.Random, content: bytearray) -> int:
    """Anywhere; seldom in the preamble, where nothing is read."""
    start = min(128, len(content) - 1) if choice.random() < 0.98 else 0
    return choice.randrange(start, len(content))


def _flip_bits(choice: random.Random, content: bytearray) -> None:
    for _ in range(choice.choice((1, 1, 2, 8))):
        content[_place(choice, content)] ^= 1 << choice.randrange(8)


def _byte_run(choice: random.Random, content: bytearray) -> None:
    place, length = _place(choice, content), choice.choice((1, 2, 4, 16, 64))
    content[place : place + length] = choice.choice((bytes(length), b"\xff" * length, choice.randbytes(length)))


def _cut(choice: random.Random, content: bytearray) -> None:
    del content[_place(choice, content) :]


def _take_out(choice: random.Random, content: bytearray) -> None:
    place = _place(choice, content)
    del content[place : place + choice.choice((1, 2, 8, 30, 200))]


def _splice(choice: random.Random, content: bytearray) -> None:
    """The end of another file behind the start of this one."""
    other = choice.choice(bases()).content
    content[_place(choice, content) :] = other[choice.randrange(len(other)) :]


def _repeat(choice: random.Random, content: bytearray) -> None:
    place, length = _place(choice, content), choice.choice((2, 8, 20, 100, 500))
    content[place:place] = content[place : place + length] * choice.choice((1, 1, 3, 50))


def _length_field(choice: random.Random, content: bytearray) -> None:
    """A length as explicit or implicit files have them; behind a value representation where one is found."""
    places = [
        match.end() for match in _VR_PATTERN.finditer(bytes(content), body_of(bytes(content)) if len(content) > 400 else 0)
    ]
    place = choice.choice(places) if places and choice.random() < 0.8 else _place(choice, content)
    length = choice.choice((*_LENGTHS, choice.randrange(200)))
    if choice.random() < 0.5:
        content[place : place + 2] = struct.pack("<H", length & 0xFFFF)
    else:
        place += choice.choice((0, 2))
        content[place : place + 4] = struct.pack("<L", length)


def _representation(choice: random.Random, content: bytearray) -> None:
    places = [match.start() for match in _VR_PATTERN.finditer(bytes(content))]
    if places:
        place = choice.choice(places)
        content[place : place + 2] = choice.choice(_VRS)


def _swap(choice: random.Random, content: bytearray) -> None:
    """Two stretches change places, at element borders where those are found."""
    places = [match.start() - 4 for match in _VR_PATTERN.finditer(bytes(content)) if match.start() >= 4]
    if len(places) >= 4:
        a, b, c, d = sorted(choice.sample(places, 4))
        content[a:d] = content[c:d] + content[b:c] + content[a:b]


def _digits(choice: random.Random, content: bytearray) -> None:
    """Another number in a text value, of the same length or not."""
    places = list(re.finditer(rb"-?[0-9]+(?:\.[0-9]+)?", bytes(content)))
    if not places:
        return
    match = choice.choice(places)
    other = choice.choice((*_NUMBERS, str(choice.randrange(10**6)).encode()))
    if choice.random() < 0.8:
        other = other[: len(match[0])].ljust(len(match[0]))
    content[match.start() : match.end()] = other


def _separators(choice: random.Random, content: bytearray) -> None:
    places = [place for place, byte in enumerate(content) if byte in b"\\.^ \0"]
    if places:
        content[choice.choice(places)] = choice.choice(b"\\.^=/\x1b \0-")


_MUTATIONS: tuple[Mutation, ...] = (
    _flip_bits, _byte_run, _cut, _take_out, _splice, _repeat, _length_field, _representation, _swap, _digits, _digits,
    _separators,
)  # fmt: skip
