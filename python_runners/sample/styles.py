"""How a shot is described: sub type and descriptor of the play-by-play, action type of the shot chart."""

from __future__ import annotations

from random import Random

from python_runners.sample.actions import Shot
from python_runners.sample.shots import MID_RANGE, RESTRICTED, THREE

Style = tuple[str, str]

_THREES: tuple[Style, ...] = (
    *((("Jump Shot", ""),) * 7),
    *((("Jump Shot", "pullup"),) * 2),
    ("Jump Shot", "step back"),
    ("Jump Shot", "running"),
)
_MID_RANGE: tuple[Style, ...] = (
    *((("Jump Shot", "pullup"),) * 4),
    ("Jump Shot", "fadeaway"),
    ("Jump Shot", "turnaround"),
    ("Jump Shot", "step back"),
    ("Jump Shot", ""),
)
_FLOATERS: tuple[Style, ...] = (
    *((("Jump Shot", "driving floating"),) * 4),
    ("Hook", ""),
    ("Hook", "turnaround"),
    ("Jump Shot", "pullup"),
    ("Layup", "driving"),
)
_AT_THE_RIM: tuple[Style, ...] = (
    *((("Layup", "driving"),) * 4),
    *((("Layup", "cutting"),) * 2),
    ("Layup", "driving finger roll"),
    ("Layup", ""),
    ("DUNK", "cutting"),
    ("DUNK", "driving"),
    ("DUNK", "alley-oop"),
)
_IN_THE_OPEN: tuple[Style, ...] = (("Layup", "running"), ("DUNK", "running"), ("Layup", "running reverse"))


def style_of(rng: Random, shot: Shot, *, is_tip: bool, is_fast: bool) -> Style:
    """Return sub type and descriptor of an attempt."""
    if is_tip:
        return ("Layup", "tip")
    if shot.zone == THREE:
        return rng.choice(_THREES)
    if shot.zone == MID_RANGE:
        return rng.choice(_MID_RANGE)
    if is_fast:
        return rng.choice(_IN_THE_OPEN)
    return rng.choice(_AT_THE_RIM if shot.area == RESTRICTED else _FLOATERS)


def chart_style(sub: str, descriptor: str) -> str:
    """Return the action type of the shot chart, such as `Driving Layup Shot`."""
    kind = {"DUNK": "Dunk Shot", "Hook": "Hook Shot", "Layup": "Layup Shot", "Jump Shot": "Jump Shot"}[sub]
    return f"{descriptor.title().replace('-', ' ')} {kind}".strip()
