"""Cases of sources that fail, refuse or change."""

from __future__ import annotations

from tests.flow.scenario_evidence import CONTEXT, LINES, QUALITY, SUMMARY, Cases, Evidence

CASES = Cases()
LOG = "nbac_player_gamelog"


def _the_box_is_enough(at: Evidence) -> None:
    assert at.raw("nbac_player_boxscores") == []
    rows = at.rows(SUMMARY, where="not is_dnp")
    assert len(rows) >= 16
    assert {row["stats_source"] for row in rows} == {"boxscore_cdn"}
    assert not [row for row in rows if row["points"] is None or row["minutes"] is None]


@CASES.of("source_down")
def failures_are_logged(at: Evidence) -> None:
    log = at.scraped(LOG)
    assert {(row["status"], row["error_type"]) for row in log} == {("failed", "SourceUnavailable")}
    _the_box_is_enough(at)


@CASES.of("permission_denied")
def refusals_are_logged(at: Evidence) -> None:
    assert {(row["status"], row["http_status"]) for row in at.scraped(LOG)} == {("no_data", 403)}
    _the_box_is_enough(at)


@CASES.of("throttled")
def the_second_attempt_succeeds(at: Evidence) -> None:
    assert {(row["status"], row["attempts"]) for row in at.scraped(LOG)} <= {("success", 2), ("no_data", 2)}
    logged = {row["player_id"]: row["points"] for row in at.raw("nbac_player_boxscores")}
    assert logged == {row["player_id"]: row["points"] for row in at.rows(SUMMARY, where="not is_dnp")}


@CASES.of("hanging")
def a_later_request_brings_it(at: Evidence) -> None:
    first, *others = at.scraped(LOG)
    assert (first["status"], first["error_type"]) == ("failed", "SourceUnavailable")
    assert "success" in {row["status"] for row in others}
    assert at.raw("nbac_player_boxscores")


@CASES.of("schema_change")
def the_log_is_refused_and_recorded(at: Evidence) -> None:
    day = at.stage.game.game_date
    refused = [reason for path, reason in at.season.refused.items() if f"player-gamelog/{day}" in path]
    assert refused
    assert all("columns ['PTS'] are missing" in reason for reason in refused)
    recorded = at.query(
        "select distinct error_type from nba_orchestration.pipeline_execution_log where status = 'failed' "
        f"and source_table = 'nbac_player_boxscores' and error_message like '%player-gamelog/{day}%'"
    )
    assert recorded == [{"error_type": "UnknownPayloadShape"}]
    _the_box_is_enough(at)


@CASES.of("clock_an_hour_off")
def no_line_from_after_the_tip(at: Evidence) -> None:
    ahead = at.query(
        "select bool_or(market_last_update > snapshot_at) as ahead from nba_raw.odds_api_player_points_props "
        f"where game_date = date '{at.stage.game.game_date}' and home_team = '{at.stage.game.home}'"
    )
    assert ahead == [{"ahead": True}]
    ours, plain = at.by_player(CONTEXT), at.by_player(CONTEXT, "plain")
    with_line = [player for player, row in ours.items() if row["has_prop_line"]]
    assert with_line
    # Prices that claim to be from after the tip are left out, so an earlier snapshot stands.
    seen = [
        (ours[player]["current_line_observed_at"], plain[player]["current_line_observed_at"]) for player in with_line
    ]
    assert all(one <= other for one, other in seen)
    assert any(one < other for one, other in seen)


@CASES.of("back_fill")
def the_same_results(at: Evidence) -> None:
    days = at.season.dates[:3]
    where = f"game_date between date '{days[0]}' and date '{days[-1]}'"
    for table in ("player_game_summary", "team_offense_game_summary", "team_defense_game_summary"):
        ours, plain = (
            [
                {name: value for name, value in row.items() if name not in LINES | QUALITY}
                for row in at.season.rows(state, f"nba_analytics.{table}", where)
            ]
            for state in ("backfilled", "plain")
        )
        assert ours == plain
        assert len({row["game_id"] for row in ours}) == 7
