"""Cases of corrections, arrivals and games."""

from __future__ import annotations

from datetime import timedelta

from python_runners.dates import EASTERN
from tests.flow.scenario_evidence import CONTEXT, GAMES, LINES, QUALITY, STORE, SUMMARY, Cases, Evidence

CASES = Cases()
_OF_THE_BOX = ("nbac_boxscore_players", "nbac_referee_game_assignments", "nbac_team_boxscore")
OF_MINUTES = {"minutes", "usage_rate"}


@CASES.of("minutes_corrected")
def only_minutes(at: Evidence) -> None:
    changed = at.changed()
    assert len([names for names in changed.values() if "minutes" in names]) == 2
    assert at.changed_columns() <= OF_MINUTES | QUALITY
    before, after = at.by_player(state="before"), at.by_player()
    assert sorted(round((after[one]["minutes"] - before[one]["minutes"]) * 60) for one in changed
                  if "minutes" in changed[one]) == [-37, 37]  # fmt: skip


@CASES.of("points_corrected")
def points_of_two_players(at: Evidence) -> None:
    before, after = at.by_player(state="before"), at.by_player()
    moved = {one: after[one]["points"] - before[one]["points"] for one in before if not before[one]["is_dnp"]}
    assert sorted(each for each in moved.values() if each) == [-1, 1]
    assert {row["team_points"] for row in before.values()} == {row["team_points"] for row in after.values()}
    assert {"points", "ft_makes", "ft_attempts"} <= at.changed_columns()
    assert not at.changed_columns() & {"minutes", "rebounds", "assists", "fg_makes", "is_dnp"}
    store = at.query(f"select max(updated_at) = min(updated_at) as same from {STORE} where game_id = '{at.game_id}'")
    assert store == [{"same": True}]


@CASES.of("assist_moved")
def assists_of_two_players(at: Evidence) -> None:
    before, after = at.by_player(state="before"), at.by_player()
    moved = [after[one]["assists"] - before[one]["assists"] for one in before if not before[one]["is_dnp"]]
    assert sorted(each for each in moved if each) == [-1, 1]
    assert at.changed_columns() == {"assists"}


@CASES.of("late_stat_correction")
def rebounds_of_two_players(at: Evidence) -> None:
    before, after = at.by_player(state="before"), at.by_player()
    moved = [after[one]["rebounds"] - before[one]["rebounds"] for one in before if not before[one]["is_dnp"]]
    assert sorted(each for each in moved if each) == [-1, 1]
    assert at.changed_columns() <= {"rebounds", "defensive_rebounds", "offensive_rebounds", "second_chance_points"}
    logged = {row["player_id"]: row["rebounds"] for row in at.raw("nbac_player_boxscores")}
    assert all(after[player]["rebounds"] == count for player, count in logged.items())


@CASES.of("player_removed")
def one_row_less(at: Evidence) -> None:
    before, after = at.by_player(state="before"), at.by_player()
    (gone,) = before.keys() - after.keys()
    assert before[gone]["is_dnp"]
    assert not after.keys() - before.keys()
    assert at.changed() == {}


@CASES.of("play_by_play_edited", "same_bytes_again", "other_key_order")
def nothing_changes(at: Evidence) -> None:
    assert at.stands()
    statuses = set(at.outcomes().values())
    assert statuses == {"skipped"}


@CASES.of("box_after_gamebook")
def the_box_takes_over(at: Evidence) -> None:
    before, after = at.by_player(state="before"), at.by_player()
    assert {row["stats_source"] for row in before.values()} == {"gamebook"}
    assert {row["stats_source"] for row in after.values() if not row["is_dnp"]} == {"boxscore_cdn"}
    assert {row["quality_tier"] for row in before.values()} == {"bronze"}
    assert {row["points"] for row in before.values()} == {row["points"] for row in after.values()}


@CASES.of("box_missing")
def other_sources_stand_in(at: Evidence) -> None:
    assert at.raw("nbac_boxscore_players") == []
    rows = at.by_player().values()
    assert {row["stats_source"] for row in rows} == {"gamebook"}
    assert all("fallback_source" in row["quality_issues"] for row in rows)
    truth = at.by_player(state="plain")
    assert {row["player_id"]: row["points"] for row in rows if not row["is_dnp"]} == {
        player: row["points"] for player, row in truth.items() if not row["is_dnp"]
    }


@CASES.of("play_by_play_late")
def plays_arrive(at: Evidence) -> None:
    of_plays = {"and_one_count", "points_off_turnovers", "assisted_makes", "unassisted_makes", "zones_source"}
    assert at.changed_columns() <= of_plays | {"paint_blocks", "mid_range_blocks", "three_blocks"} | QUALITY
    played = [row for row in at.by_player().values() if not row["is_dnp"]]
    assert all(row["and_one_count"] is not None for row in played)
    assert all(row["and_one_count"] is None for row in at.rows(SUMMARY, "before", "not is_dnp"))


@CASES.of("play_by_play_never")
def plays_stay_away(at: Evidence) -> None:
    assert at.raw("nbac_play_by_play") == []
    played = [row for row in at.by_player().values() if not row["is_dnp"]]
    assert played
    assert all(row["points"] is not None and row["and_one_count"] is None for row in played)


@CASES.of("results_out_of_order", "duplicate_deliveries")
def as_in_order(at: Evidence) -> None:
    day = at.stage.game.game_date
    for table in ("player_game_summary", "team_offense_game_summary", "team_defense_game_summary"):
        where = f"game_date = date '{day}'"
        ours, plain = (
            # What is asked again is asked later, when a line may have moved.
            [{name: value for name, value in row.items() if name not in LINES} for row in rows]
            for rows in (at.season.rows(state, f"nba_analytics.{table}", where) for state in ("after", "plain"))
        )
        assert ours == plain
        assert ours


@CASES.of("truncated_file", "unknown_wrapper_key", "known_key_of_other_type")
def as_before_and_recorded(at: Evidence) -> None:
    assert at.stands()
    assert at.outcomes() == dict.fromkeys(_OF_THE_BOX, "failed")
    assert {type(error).__name__ for error in at.errors()} == {"UnknownPayloadShape"}
    recorded = at.query(
        "select source_table, error_type from nba_orchestration.pipeline_execution_log as run where status = 'failed' "
        "and correlation_id in (select correlation_id from nba_orchestration.scraper_execution_log "
        f"where params like '%\"{at.game_id}\"%') order by source_table"
    )
    assert [row["source_table"] for row in recorded] == list(_OF_THE_BOX)
    assert {row["error_type"] for row in recorded} == {"UnknownPayloadShape"}


@CASES.of("empty_list_on_game_day")
def the_box_is_enough(at: Evidence) -> None:
    assert at.raw("nbac_player_boxscores") == []
    assert {row["stats_source"] for row in at.rows(SUMMARY, where="not is_dnp")} == {"boxscore_cdn"}
    box = at.league.box(at.game_id)
    truth = {str(line.player_id): line.counts.points for side in box.sides for line in side.lines if line.has_played}
    assert {player: row["points"] for player, row in at.by_player().items() if not row["is_dnp"]} == truth


@CASES.of("scoreboard_row_twice")
def one_game(at: Evidence) -> None:
    day = at.stage.game.game_date
    counts = at.query(f"select count(*) as rows, count(distinct game_id) as games from {GAMES} "
                      f"where game_date = date '{day}'")  # fmt: skip
    assert counts == [{"rows": 4, "games": 4}]
    assert at.query(f"select count(*) as rows from nba_raw.nbac_scoreboard_v2 where game_date = date '{day}'") == [
        {"rows": 4}
    ]


@CASES.of("overtime", "double_overtime")
def longer_game(at: Evidence) -> None:
    (game,) = at.rows(GAMES)
    least = 1 if at.name == "overtime" else 2
    assert game["overtime_periods"] >= least
    minutes = at.query(f"select team, sum(minutes) as minutes from {SUMMARY} where game_id = '{at.game_id}' group by 1")
    assert [round(row["minutes"]) for row in minutes] == [240 + 25 * game["overtime_periods"]] * 2


@CASES.of("postponement")
def rows_move(at: Evidence) -> None:
    old, new = at.league.planned[at.game_id].game_date, at.stage.game.game_date
    assert old < new
    for table in (CONTEXT, "nba_analytics.upcoming_team_game_context", STORE, GAMES):
        assert {row["game_date"] for row in at.rows(table, "before")} == {old}, table
        assert {row["game_date"] for row in at.rows(table)} == {new}, table
    assert {row["game_date"] for row in at.rows(SUMMARY)} == {new}


@CASES.of("cancellation")
def no_results(at: Evidence) -> None:
    (game,) = at.rows(GAMES)
    assert (game["is_final"], game["postponed_status"]) == (False, "A")
    assert at.rows(SUMMARY) == []
    assert at.rows("nba_analytics.held_games") == []


@CASES.of("neutral_site")
def in_paris(at: Evidence) -> None:
    (game,) = at.rows(GAMES)
    assert (game["is_neutral"], game["arena_time_zone"]) == (True, "Europe/Paris")
    assert len({row["team"] for row in at.rows(SUMMARY)}) == 2


@CASES.of("undetermined_game")
def got_teams(at: Evidence) -> None:
    (game,) = at.rows(GAMES)
    assert (game["home_team"], game["is_final"]) == (at.stage.game.home, True)
    assert {row["team"] for row in at.rows(CONTEXT)} == set(at.stage.game.teams)
    assert {row["team"] for row in at.rows(SUMMARY)} == set(at.stage.game.teams)


@CASES.of("cup_final", "play_in")
def slots_are_filled(at: Evidence) -> None:
    (before,), (after,) = at.rows(GAMES, "before"), at.rows(GAMES)
    assert (before["home_team"], before["tip_off_utc"]) == (None, None)
    assert (after["is_final"], after["season_type"]) == (True, at.name)
    assert at.rows(CONTEXT, "before") == []
    assert len({row["team"] for row in at.rows(CONTEXT)}) == 2
    assert len({row["team"] for row in at.rows(SUMMARY)}) == 2
    assert after["counts_in_windows"]


@CASES.of("ends_after_midnight")
def belongs_to_the_date_of_its_tip(at: Evidence) -> None:
    ended = at.league.final_at(at.game_id).astimezone(EASTERN)
    assert ended.date() == at.stage.game.game_date + timedelta(days=1)
    assert {row["game_date"] for row in at.rows(SUMMARY)} == {at.stage.game.game_date}
