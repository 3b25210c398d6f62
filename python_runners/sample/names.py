"""Invented names, with every spelling that has to be read correctly."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random

from python_runners.identity import player_lookup_base

SUFFIXES = ("Jr.", "Sr.", "II", "III", "IV")

# Each of these stands for a way of writing that a source or a normaliser can get wrong.
SPECIAL_NAMES: tuple[tuple[str, str], ...] = (
    ("Nikolaj", "Šarenić"),
    ("Luka", "Đorđanić"),
    ("Łukasz", "Wielgórski"),
    ("Ömer", "Aydınoğlu"),
    ("Søren", "Kjærgård"),
    ("Jürgen", "Strauß"),
    ("P.J.", "Hathcock Jr."),
    ("De'Marrick", "Tolliver"),
    ("Shae", "Brindle-Okonjo"),
    ("Karl-Emil", "Vantress"),
    ("A.J.", "Quarrels"),
    ("Gary", "Pellworth II"),
    ("Jimothy", "Bullard III"),
    ("Trey", "Ammerling IV"),
    ("D'Lonzo", "O'Farrow"),
    ("José", "Alcántarez"),
    ("Kelvin", "Ubray Jr."),
    ("Théo", "Malédanne"),
    ("TyTy", "Washburne Jr."),
    ("Nah'Keem", "St. Clairmont"),
)

_STEMS = (
    *("Ash", "Barn", "Beck", "Birch", "Bram", "Brook", "Cald", "Carl", "Cress", "Dal", "Elder", "Fair", "Fern", "Gold"),
    *(
        "Green",
        "Hal",
        "Hazel",
        "Holl",
        "Kirk",
        "Lang",
        "Lark",
        "Lind",
        "Marl",
        "Merri",
        "Nether",
        "Oak",
        "Pem",
        "Raven",
    ),
    *("Rock", "Rose", "Sand", "Shel", "Somer", "Stan", "Thorn", "Wald", "West", "Whit", "Win", "Wood"),
)
_ENDINGS = (
    *("worth", "field", "ford", "ley", "ton", "well", "bury", "dale", "den", "stead", "wick", "brook", "mere", "shaw"),
    *("croft", "hurst", "gate", "land", "combe", "bridge", "thwaite", "mond", "ner", "ridge", "low", "man"),
)
_LETTERS = str.maketrans("đĐłŁøØı", "dDlLoOi") | {ord("ß"): "ss", ord("æ"): "ae"}
_FOLDER = Path(__file__).resolve().parent


@lru_cache(maxsize=2)
def _words(kind: str) -> tuple[str, ...]:
    return tuple((_FOLDER / f"{kind}_names.txt").read_text(encoding="utf-8").split())


def name_stream(rng: Random) -> Iterator[tuple[str, str]]:
    """Yield (first, last) names, suffix with the last name; no two share a last name.

    Sources that print last names only could not be read otherwise; namesakes are made on purpose, within a team.
    """
    taken: set[str] = set()
    specials = list(SPECIAL_NAMES)
    rng.shuffle(specials)
    drawn = 0
    while True:
        is_special = specials and drawn % 9 == 4
        first, last = specials.pop() if is_special else (rng.choice(_words("first")), _last_name(rng, taken))
        lookup = player_lookup_base(last)
        if lookup in taken:
            continue
        taken.add(lookup)
        drawn += 1
        yield first, last


def _last_name(rng: Random, taken: set[str]) -> str:
    """Return a last name from the list, or a compound once that one is taken."""
    last = rng.choice(_words("last"))
    return last if player_lookup_base(last) not in taken else rng.choice(_STEMS) + rng.choice(_ENDINGS)


def plain_ascii(text: str) -> str:
    """Return a name as a bookmaker types it: no diacritics, letters without decomposition replaced."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def slug(name: str) -> str:
    """Return a name as it stands in addresses: lower case, hyphens between words."""
    words = plain_ascii(name).lower().replace(".", "").replace("'", "").split()
    return "-".join(words)


def without_suffix(last: str) -> str:
    """Return a last name without its generational suffix."""
    words = last.split()
    return " ".join(words[:-1]) if words[-1] in SUFFIXES else last


def last_first(first: str, last: str) -> str:
    """Return "Last Suffix, First" as the injury report prints names."""
    return f"{last}, {first}"
