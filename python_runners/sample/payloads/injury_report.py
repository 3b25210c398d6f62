"""The injury report: a PDF table whose cells are known by their places on the page only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from python_runners.dates import EASTERN, eastern_date
from python_runners.sample.league import League
from python_runners.sample.names import last_first, plain_ascii
from python_runners.sample.payloads.common import team_names
from python_runners.sample.pdf import Text, write_pdf
from python_runners.sample.schedule import ScheduledGame

NOT_SUBMITTED = "NOT YET SUBMITTED"
_WIDTH, _HEIGHT = 841.95, 595.35
_COLUMNS = (24.1, 120.6, 201.0, 265.2, 426.0, 586.7, 667.1)
_HEADERS = ("Game Date", "Game Time", "Matchup", "Team", "Player Name", "Current Status", "Reason")
_FIRST_ROW, _LATER_FIRST_ROW, _LAST_ROW, _ROW_HEIGHT = 138.0, 108.0, 505.0, 22.0
_WRAP_AT = 34
_WRAP_OFFSET = 6.0


@dataclass(frozen=True)
class ReportRow:
    """One line of the report; cells that repeat are empty.

    Attributes:
        cells: date, time, matchup, team, player, status, reason.
    """

    cells: tuple[str, str, str, str, str, str, str]


def report_rows(league: League, now: datetime) -> list[ReportRow]:
    """Return the lines of the report of an instant: the games of the day and of the next one."""
    today = eastern_date(now)
    rows: list[ReportRow] = []
    for day in (today, today + timedelta(days=1)):
        games = [game for game in league.games_on(day, now) if game.tip_off is not None]
        of_day: list[ReportRow] = []
        for game in games:
            of_day.extend(_game_rows(league, game, now, is_first=not of_day))
        rows.extend(of_day)
    return rows


def _game_rows(league: League, game: ScheduledGame, now: datetime, *, is_first: bool) -> list[ReportRow]:
    home, away = game.teams
    clock = f"{game.tip_off.astimezone(EASTERN):%I:%M} (ET)" if game.tip_off else ""
    head = (f"{game.game_date:%m/%d/%Y}" if is_first else "", clock, f"{away}@{home}")
    rows: list[ReportRow] = []
    for team in (away, home):
        full_name = "LA Clippers" if team == "LAC" else team_names()[team].full_name
        for player, status, reason in _team_rows(league, game, team, now):
            shown = head if not rows else ("", "", "")
            rows.append(ReportRow((*shown, full_name, player, status, reason)))
            full_name = ""
    return rows


def _team_rows(league: League, game: ScheduledGame, team: str, now: datetime) -> list[tuple[str, str, str]]:
    filed = league.submission_at(game, team)
    if filed is None or now < filed:
        return [("", "", NOT_SUBMITTED)]
    found = []
    for each in league.squad(game.game_id, team).everybody:
        entry = each.listed_at(now)
        if entry is not None and entry.status is not None:
            found.append((plain_ascii(last_first(each.player.first, each.player.last)), entry.status, entry.reason))
    return sorted(found)


def render(league: League, now: datetime) -> bytes | None:
    """Return the PDF of the report of an instant; None when there is no game to report on."""
    rows = report_rows(league, now)
    if not rows:
        return None
    pages: list[list[Text]] = []
    y = _LAST_ROW + 1
    for row in rows:
        if y > _LAST_ROW:
            pages.append([_title(now)])
            # The headings stand on the first page only in some editions; later pages begin higher then.
            pages[-1].extend(_heading() if len(pages) == 1 else [])
            y = _FIRST_ROW if len(pages) == 1 else _LATER_FIRST_ROW
        pages[-1].extend(_row_texts(row, y))
        y += _ROW_HEIGHT
    for number, page in enumerate(pages, start=1):
        page.append(Text(398.5, 546.0, f"Page {number} of {len(pages)}"))
    return write_pdf(pages, _WIDTH, _HEIGHT)


def _title(now: datetime) -> Text:
    return Text(289.1, 64.0, f"Injury Report: {now.astimezone(EASTERN):%m/%d/%y %I:%M %p}", 18.0)


def _heading() -> list[Text]:
    return [Text(x - 1.0, 117.0, words) for x, words in zip(_COLUMNS, _HEADERS, strict=True)]


def _row_texts(row: ReportRow, y: float) -> list[Text]:
    *cells, reason = row.cells
    texts = [Text(x, y, words) for x, words in zip(_COLUMNS, cells, strict=False) if words]
    if len(reason) <= _WRAP_AT:
        return [*texts, Text(_COLUMNS[-1], y, reason)] if reason else texts
    cut = reason.rfind(" ", 0, _WRAP_AT)
    upper, lower = reason[:cut], reason[cut + 1 :]
    return [*texts, Text(_COLUMNS[-1], y - _WRAP_OFFSET, upper), Text(_COLUMNS[-1], y + _WRAP_OFFSET, lower)]
