"""stats.nba.com: the shot chart of one team in one game."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from python_runners.dates import season_label
from python_runners.sample.league import League
from python_runners.sample.payloads.common import Document, answer, row_set, team_names
from python_runners.sample.shots import chart_area, chart_side_and_range
from python_runners.sample.styles import chart_style

_HEADERS = (
    *("GRID_TYPE", "GAME_ID", "GAME_EVENT_ID", "PLAYER_ID", "PLAYER_NAME", "TEAM_ID", "TEAM_NAME", "PERIOD"),
    *("MINUTES_REMAINING", "SECONDS_REMAINING", "EVENT_TYPE", "ACTION_TYPE", "SHOT_TYPE", "SHOT_ZONE_BASIC"),
    *("SHOT_ZONE_AREA", "SHOT_ZONE_RANGE", "SHOT_DISTANCE", "LOC_X", "LOC_Y", "SHOT_ATTEMPTED_FLAG"),
    *("SHOT_MADE_FLAG", "GAME_DATE", "HTM", "VTM"),
)
_AVERAGE = ["League Averages", "Mid-Range", "Center(C)", "8-16 ft.", 1000, 420, 0.42]
_AVERAGES = ("GRID_TYPE", "SHOT_ZONE_BASIC", "SHOT_ZONE_AREA", "SHOT_ZONE_RANGE", "FGA", "FGM", "FG_PCT")


def render(league: League, game_id: str, tricode: str, measure: str, now: datetime) -> Document:
    """Return the attempts of a team; the measure PTS leaves out the misses, as the source does."""
    game = league.game(game_id)
    home, away = game.teams
    names = team_names()[tricode]
    side = 0 if tricode == home else 1
    tape = league.tape_at(game_id, now)
    rows: list[list[Any]] = []
    for index, action in enumerate(tape.actions):
        shot = action.shot
        if shot is None or action.side != side or (measure == "PTS" and not shot.made):
            continue
        area_side, area_range = chart_side_and_range(shot)
        rows.append(
            [
                "Shot Chart Detail",
                game_id,
                tape.numbers[index],
                action.player,
                league.players[action.player].name,
                names.team_id,
                names.full_name,
                action.period,
                action.clock // 60,
                action.clock % 60,
                "Made Shot" if shot.made else "Missed Shot",
                chart_style(action.sub, action.descriptor),
                f"{shot.value}PT Field Goal",
                chart_area(shot),
                area_side,
                area_range,
                int(shot.distance),
                round(10 * shot.loc_x),
                round(10 * shot.loc_y),
                1,
                int(shot.made),
                f"{game.game_date:%Y%m%d}",
                home,
                away,
            ]
        )
    parameters = {
        "LeagueID": "00",
        "Season": season_label(league.config.season_year),
        "SeasonType": "Regular Season",
        "TeamID": names.team_id,
        "PlayerID": 0,
        "GameID": game_id,
        "ContextMeasure": measure,
    }
    return answer(
        "shotchartdetail",
        parameters,
        row_set("Shot_Chart_Detail", _HEADERS, rows),
        row_set("LeagueAverages", _AVERAGES, [_AVERAGE]),
    )
