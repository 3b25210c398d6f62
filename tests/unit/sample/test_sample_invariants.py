"""What must hold in every game of every seed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from python_runners.dates import eastern_date
from python_runners.sample.actions import AWAY, HOME, NOBODY, Action
from python_runners.sample.injuries import OUT
from python_runners.sample.league import League
from python_runners.sample.lines import Box, Counts, TeamLine

SEEDS = (1, 2, 3, 4, 5)


@pytest.fixture(scope="module", params=SEEDS)
def league(request: pytest.FixtureRequest) -> League:
    return League.small(8, 8, seed=request.param)


def games(league: League) -> list[str]:
    return [game.game_id for day in league.dates for game in league.games_on(day)]


def check_counts(counts: Counts) -> None:
    made = 2 * (counts.fg_makes - counts.three_makes) + 3 * counts.three_makes + counts.ft_makes
    assert counts.points == made
    assert counts.three_makes <= counts.three_attempts <= counts.fg_attempts
    assert counts.three_makes <= counts.fg_makes <= counts.fg_attempts
    assert counts.ft_makes <= counts.ft_attempts
    assert counts.paint_attempts + counts.mid_range_attempts + counts.three_attempts == counts.fg_attempts


def test_lines_add_up_to_teams_and_scores(league: League) -> None:
    for game_id in games(league):
        box = league.box(game_id)
        assert box.home.score != box.away.score
        for team in box.sides:
            check_counts(team.counts)
            assert team.score == team.counts.points == sum(team.periods)
            for line in team.lines:
                check_counts(line.counts)
                assert line.counts.personal_fouls <= 6


def test_minutes_and_plus_minus_close(league: League) -> None:
    for game_id in games(league):
        box = league.box(game_id)
        assert box.elapsed == 2880 + 300 * box.overtimes
        margin = box.home.score - box.away.score
        for team, lead in ((box.home, margin), (box.away, -margin)):
            assert sum(line.seconds for line in team.lines) == 5 * box.elapsed
            assert sum(line.plus_minus for line in team.lines) == 5 * lead
            assert len(team.starters) == 5


def test_five_players_are_on_court_and_only_they_act(league: League) -> None:
    for game_id in games(league)[:6]:
        tape = league.tape(game_id)
        on_court = [set(starters) for starters in tape.starters]
        leaving = 0
        for action in tape.actions:
            if action.kind == "substitution":
                court = on_court[action.side]
                court.add(action.player) if action.sub == "in" else court.remove(action.player)
                leaving += 1 if action.sub == "out" else -1
                continue
            assert leaving == 0
            assert [len(court) for court in on_court] == [5, 5]
            if action.player and action.side != NOBODY:
                assert action.player in on_court[action.side]
            if action.assist:
                assert action.assist in on_court[action.side]
                assert action.assist != action.player


def test_scores_never_fall_and_end_at_the_final_score(league: League) -> None:
    for game_id in games(league):
        tape, box = league.tape(game_id), league.box(game_id)
        scores = [(action.home, action.away) for action in tape.actions]
        assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(scores))
        assert scores[-1] == (box.home.score, box.away.score)
        assert tape.is_over
        assert list(tape.wall_seconds) == sorted(tape.wall_seconds)
        assert len(set(tape.numbers)) == len(tape.actions)


def _missed(action: Action) -> bool:
    return (action.shot is not None and not action.shot.made) or action.made is False


def test_every_live_miss_is_rebounded_once(league: League) -> None:
    for game_id in games(league):
        tape = league.tape(game_id)
        rebounds = Counter(action.shot_index for action in tape.actions if action.kind == "rebound")
        misses = {index for index, action in enumerate(tape.actions) if _missed(action)}
        assert set(rebounds) <= misses
        assert set(rebounds.values()) == {1}
        for index in misses - set(rebounds):
            last = next(action for action in tape.actions[index:] if action.kind == "period")
            assert last.clock == 0


def test_steals_and_blocks_mirror_turnovers_and_misses(league: League) -> None:
    for game_id in games(league):
        box, tape = league.box(game_id), league.tape(game_id)
        for own, other in ((box.home, box.away), (box.away, box.home)):
            assert own.counts.steals <= other.counts.turnovers
            assert own.counts.blocks == other.counts.blocks_received
            assert own.counts.assists == own.counts.assisted_fg_makes <= own.counts.fg_makes
            assert own.counts.fouls_drawn == other.counts.personal_fouls
        for previous, action in pairwise(tape.actions):
            if action.kind == "steal":
                assert (previous.kind, previous.steal) == ("turnover", action.player)
            if action.kind == "block":
                assert previous.block == action.player


def _sum_by_qualifier(actions: tuple[Action, ...], side: int, qualifier: str) -> int:
    return sum(action.points for action in actions if action.side == side and qualifier in action.qualifiers)


def test_qualifiers_give_the_special_points(league: League) -> None:
    for game_id in games(league):
        tape, box = league.tape(game_id), league.box(game_id)
        for side, team in ((HOME, box.home), (AWAY, box.away)):
            counts = team.counts
            assert _sum_by_qualifier(tape.actions, side, "pointsinthepaint") == counts.points_in_paint
            assert _sum_by_qualifier(tape.actions, side, "fastbreak") == counts.fast_break_points
            assert _sum_by_qualifier(tape.actions, side, "2ndchance") == counts.second_chance_points
            assert _sum_by_qualifier(tape.actions, side, "fromturnover") == counts.points_off_turnovers
            assert counts.points_in_paint == 2 * counts.paint_makes


def test_a_roster_is_split_into_played_dressed_and_inactive(league: League) -> None:
    for day in league.dates:
        seen: set[int] = set()
        for game in league.games_on(day):
            for index, team in enumerate(game.teams):
                squad = league.squad(game.game_id, team)
                people = [each.player.player_id for each in squad.everybody]
                roster = [member.player.player_id for member in league.rosters.on(team, day)]
                assert sorted(people) == sorted(roster)
                assert not seen & set(people)
                seen |= set(people)
                able = {each.player.player_id for each in squad.available}
                line: TeamLine = league.box(game.game_id).sides[index]
                assert {each.player_id for each in line.lines} <= able
                assert set(line.starters) <= able


def test_who_is_out_on_the_last_report_does_not_play(league: League) -> None:
    for day in league.dates:
        for game in league.games_on(day):
            for team in game.teams:
                for each in league.squad(game.game_id, team).everybody:
                    entry = each.listed_at(game.start - timedelta(seconds=1))
                    if entry is not None and entry.status == OUT and each.plays:
                        assert len(each.entries) == 1
                    if each.is_late:
                        assert entry is not None
                        assert entry.status in ("Questionable", "Probable")


def test_dates_tips_and_rest_agree(league: League) -> None:
    played: Counter[tuple[str, object]] = Counter()
    for game in league.schedule():
        assert eastern_date(game.start) == game.game_date
        for team in game.teams:
            played[team, game.game_date] += 1
    assert set(played.values()) == {1}


def test_a_running_game_shows_what_has_happened_so_far(league: League) -> None:
    game_id = games(league)[0]
    game, box = league.game(game_id), league.box(game_id)
    half = league.box_at(game_id, game.start + timedelta(minutes=75))
    assert not half.is_final
    assert 0 < half.home.score < box.home.score
    assert sum(line.seconds for line in half.home.lines) == 5 * half.elapsed
    early: Box = league.box_at(game_id, game.start)
    assert early.home.score == 0
