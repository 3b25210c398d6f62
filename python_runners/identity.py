"""Names: one normaliser, mirrored by the dbt macro `normalize_name` and bound to it by shared golden cases."""

from __future__ import annotations

import re
import unicodedata

_SUFFIXES = ("jr", "sr", "ii", "iii", "iv")
_LETTERS = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ı": "i", "ß": "ss", "æ": "ae"})
_NOT_KEPT = re.compile(r"[^a-z0-9]+")


def _fold(text: str) -> str:
    lowered = text.lower().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", lowered)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _is_suffix(text: str) -> bool:
    return _NOT_KEPT.sub("", _fold(text)) in _SUFFIXES


def _given_name_first(name: str) -> str:
    before, comma, after = name.partition(",")
    if not comma or _is_suffix(after):
        return f"{before} {after}"
    words = before.split()
    if len(words) > 1 and _is_suffix(words[-1]):
        return f"{after} {' '.join(words[:-1])} {words[-1]}"
    return f"{after} {before}"


def player_lookup(name: str) -> str:
    """Return the normalised form of a player name, suffix kept ("Payton II, Gary" gives "garypaytonii")."""
    return _NOT_KEPT.sub("", _fold(_given_name_first(name)))


def player_lookup_base(name: str) -> str:
    """Return the normalised form without a generational suffix ("Gary Trent, Jr." gives "garytrent")."""
    words = _given_name_first(name).split()
    kept = words[:-1] if len(words) > 1 and _is_suffix(words[-1]) else words
    return _NOT_KEPT.sub("", _fold(" ".join(kept)))
