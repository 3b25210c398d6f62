"""Where shots are taken from: zones, areas, places on the court."""

from __future__ import annotations

import math
from random import Random

from python_runners.sample.actions import Shot

PAINT, MID_RANGE, THREE = "paint", "mid_range", "three"
ZONES = (PAINT, MID_RANGE, THREE)

RESTRICTED = "Restricted Area"
NON_RESTRICTED = "In The Paint (Non-RA)"
MID_RANGE_AREA = "Mid-Range"
LEFT_CORNER, RIGHT_CORNER = "Left Corner 3", "Right Corner 3"
ABOVE_BREAK, BACKCOURT = "Above the Break 3", "Backcourt"

# Shares of shots whose label contradicts them, as in the feeds.
TIP_LABEL_CONFLICT = 0.005
VALUE_LABEL_CONFLICT = 0.0004

_RESTRICTED_SHARE = 0.60
_CORNER_SHARE = 0.235
_BACKCOURT_SHARE = 0.004
_LANE_HALF_WIDTH, _LANE_DEPTH = 8.0, 13.75
_ARC, _CORNER_DISTANCE, _CORNER_DEPTH = 23.75, 22.0, 8.7


def _polar(distance: float, angle: float) -> tuple[float, float]:
    return distance * math.sin(angle), distance * math.cos(angle)


def _paint(rng: Random) -> tuple[str, float, float]:
    if rng.random() < _RESTRICTED_SHARE:
        x, y = _polar(3.9 * math.sqrt(rng.random()), rng.uniform(-2.2, 2.2))
        return RESTRICTED, x, y
    while True:
        x, y = rng.uniform(-7.9, 7.9), rng.uniform(-3.0, _LANE_DEPTH - 0.1)
        if x * x + y * y > 16.2:
            return NON_RESTRICTED, x, y


def _mid_range(rng: Random) -> tuple[str, float, float]:
    while True:
        x, y = _polar(rng.uniform(8.5, 21.8), rng.uniform(-1.5, 1.5))
        if abs(x) > _LANE_HALF_WIDTH or y > _LANE_DEPTH:
            return MID_RANGE_AREA, x, y


def _three(rng: Random) -> tuple[str, float, float]:
    draw = rng.random()
    if draw < _BACKCOURT_SHARE:
        return BACKCOURT, rng.uniform(-20, 20), rng.uniform(43, 70)
    if draw < _BACKCOURT_SHARE + _CORNER_SHARE:
        x = rng.uniform(_CORNER_DISTANCE + 0.1, 23.6)
        is_left = rng.random() < 0.5
        return (LEFT_CORNER if is_left else RIGHT_CORNER), (-x if is_left else x), rng.uniform(-3.0, _CORNER_DEPTH)
    x, y = _polar(rng.uniform(_ARC + 0.1, 28.0), rng.uniform(-1.17, 1.17))
    return ABOVE_BREAK, x, max(y, _CORNER_DEPTH + 0.2)


_PLACES = {PAINT: _paint, MID_RANGE: _mid_range, THREE: _three}


def draw_shot(rng: Random, zone: str, *, made: bool, is_tip: bool) -> Shot:
    """Draw the place of an attempt; a small share carries an area label that contradicts it."""
    area, x, y = _PLACES[zone](rng)
    value = 3 if zone == THREE else 2
    draw = rng.random()
    if is_tip:
        x, y = 0.0, 0.1
        area = MID_RANGE_AREA if draw < TIP_LABEL_CONFLICT * 10 else RESTRICTED
    elif draw < VALUE_LABEL_CONFLICT:
        area = {THREE: MID_RANGE_AREA, MID_RANGE: ABOVE_BREAK}.get(zone, area)
    return Shot(made, value, zone, area, round(x, 1), round(y, 1))


def area_detail(shot: Shot) -> str:
    """Return the detail that the play-by-play prints, such as `16-24 Left Center`."""
    band = _band(shot.distance)
    return f"{band} {_direction(shot)}"


def _band(distance: float) -> str:
    for limit, label in ((8, "0-8"), (16, "8-16"), (24, "16-24")):
        if distance < limit:
            return label
    return "24+"


def _direction(shot: Shot) -> str:
    if shot.distance < 8:
        return "Center"
    angle = math.degrees(math.atan2(shot.loc_x, shot.loc_y))
    for limit, label in ((-60, "Left"), (-22, "Left Center"), (22, "Center"), (60, "Right Center")):
        if angle < limit:
            return label
    return "Right"


_SIDES = {
    "Left": "Left Side(L)",
    "Left Center": "Left Side Center(LC)",
    "Center": "Center(C)",
    "Right Center": "Right Side Center(RC)",
    "Right": "Right Side(R)",
}
_RANGES = {"0-8": "Less Than 8 ft.", "8-16": "8-16 ft.", "16-24": "16-24 ft.", "24+": "24+ ft."}


def chart_side_and_range(shot: Shot) -> tuple[str, str]:
    """Return side and range as the shot chart prints them."""
    if shot.area == BACKCOURT:
        return "Back Court(BC)", "Back Court Shot"
    return _SIDES[_direction(shot)], _RANGES[_band(shot.distance)]


def chart_area(shot: Shot) -> str:
    """Return the area as the shot chart prints it, which labels tip-ins rightly."""
    return RESTRICTED if shot.zone == PAINT and shot.area == MID_RANGE_AREA else shot.area
