"""The league's injury report."""

from __future__ import annotations

import re
from collections import Counter

from python_runners.dates import eastern_date
from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.injury_pdf import NOT_SUBMITTED, Cells, Report, read_report
from python_runners.loaders.parsers.reasons import reason_category
from python_runners.loaders.parsers.shapes import day, one_of, parsed
from python_runners.loaders.parsers.sides import FOREIGN_TEAM
from python_runners.teams import tricode_of

TABLE = "nbac_injury_report"

_STATUSES = ("Out", "Doubtful", "Questionable", "Probable", "Available")
_MATCHUP = re.compile(r"^([A-Z]{3})@([A-Z]{3})$")
_CARRIED = ("date", "time", "matchup", "team")


def parse(obj: RawObject) -> ParsedRows:
    """Parse a report PDF into nbac_injury_report.

    Date, time, matchup and team stand once and hold for the lines below, across pages. The game's time has no AM or PM
    and stays text. A team that has not submitted is one row without player. Order counts within a team and game.

    Raises:
        NoData: a report without lines.
        UnknownPayloadShape: another layout, or an unknown status.
        InvariantViolated: a team that does not play in the matchup above it.
    """
    report = read_report(obj.body, obj.path)
    if not report.lines:
        raise NoData(f"{obj.path}: the report has no lines")
    dropped: Counter[str] = Counter()
    order: Counter[tuple[str, str]] = Counter()
    carried: Cells = {}
    rows: list[Row] = []
    for cells in report.lines:
        carried = _carry(carried, cells)
        row = _row(report, carried, cells)
        if row is None:
            dropped[FOREIGN_TEAM] += 1
            continue
        place = (row["matchup"], row["team"])
        order[place] += 1
        rows.append({**row, "listing_order": order[place]})
    return parsed(TABLE, rows, [{"report_at": report.report_at}], dropped)


def _carry(carried: Cells, cells: Cells) -> Cells:
    """A new matchup needs its own team: an old one must not be carried into it."""
    kept = {name: value for name, value in carried.items() if name != "team" or "matchup" not in cells}
    return kept | {name: cells[name] for name in _CARRIED if name in cells}


def _row(report: Report, carried: Cells, cells: Cells) -> Row | None:
    missing = [name for name in _CARRIED if name not in carried]
    if missing:
        raise UnknownPayloadShape(f"a line without {missing}: {cells}")
    match = _MATCHUP.match(carried["matchup"])
    if match is None:
        raise UnknownPayloadShape(f"no matchup: {carried['matchup']!r}")
    team = tricode_of(carried["team"])
    teams = [tricode_of(code) for code in match.groups()]
    if team is None or None in teams:
        if None not in teams:
            raise InvariantViolated(f"{carried['team']!r} in {carried['matchup']}")
        return None
    if team not in teams:
        raise InvariantViolated(f"{carried['team']} does not play in {carried['matchup']}")
    return {
        "report_at": report.report_at,
        "report_date": eastern_date(report.report_at),
        "game_date": day(carried["date"], "game date", "%m/%d/%Y"),
        "game_time_text": carried["time"],
        "matchup": carried["matchup"],
        "team": team,
        **_player(cells),
    }


def _player(cells: Cells) -> Row:
    if "status" not in cells:
        if cells.get("reason") != NOT_SUBMITTED or "player" in cells:
            raise UnknownPayloadShape(f"neither a status nor {NOT_SUBMITTED}: {cells}")
        return {
            "player_name_raw": None,
            "injury_status": "not_submitted",
            "reason": None,
            "reason_category": None,
        }
    if "player" not in cells:
        raise UnknownPayloadShape(f"a status without player: {cells}")
    reason = cells.get("reason")
    return {
        "player_name_raw": cells["player"],
        "injury_status": one_of(cells["status"], _STATUSES, cells["player"]).lower(),
        "reason": reason,
        "reason_category": reason_category(reason),
    }
