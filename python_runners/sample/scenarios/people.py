"""People: who changes teams, who is new, who is away, who is written otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from python_runners.sample.amendments import LineRule
from python_runners.sample.injuries import OUT, Availability, Entry
from python_runners.sample.people import Player
from python_runners.sample.rosters import CONVERTED, SIGNING, TRADE, Membership, Transaction
from python_runners.sample.scenarios.base import Scenario, Stage

FAMILY = "people"
_GROUP = 1_900_000


def _trade(stage: Stage) -> None:
    """On the game's date a regular of the home team and one of a third team change places."""
    league, game = stage.league, stage.game
    home = game.teams[0]
    third = next(team for team in league.config.teams if team not in game.teams)
    mine, theirs = (league.rosters.on(team, game.game_date)[4].player for team in (home, third))
    for player, team, other in ((mine, third, home), (theirs, home, third)):
        league.amendments.transactions.append(Transaction(game.game_date, TRADE, player, team, other, "trade", _GROUP))
    league.amended()


def _free_agent(stage: Stage) -> Player:
    """Return somebody whom nobody has signed, and who will not be signed."""
    signed = {move.player.player_id for move in stage.league.rosters.transactions}
    return next(player for player in stage.league.cast.free_agents if player.player_id not in signed)


def _sign(contract: str, *, is_unknown: bool = False, rank: int = 13) -> Callable[[Stage], None]:
    def apply(stage: Stage) -> None:
        league, game = stage.league, stage.game
        day = game.game_date - timedelta(days=1)
        player = replace(_free_agent(stage), rank=rank)
        league.amendments.transactions.append(
            Transaction(day, SIGNING, player, game.teams[0], None, contract, _GROUP + 1)
        )
        if is_unknown:
            league.amendments.unknown_players.add(player.player_id)
            member = Membership(player, day, False, "Signed")
            league.amendments.availability[game.game_id, player.player_id] = Availability(member, True, (), "")
        league.amended()

    return apply


def _convert(stage: Stage) -> None:
    league, game = stage.league, stage.game
    two_way = next(member for member in league.rosters.on(game.teams[0], game.game_date) if member.is_two_way)
    league.amendments.transactions.append(
        Transaction(game.game_date - timedelta(days=1), CONVERTED, two_way.player, game.teams[0], None, "Contract",
                    _GROUP + 2)
    )  # fmt: skip
    league.amended()


def best_player(stage: Stage) -> Availability:
    """Return the best available player of the home team."""
    return stage.league.squad(stage.game_id, stage.game.teams[0]).available[0]


def _absence(stage: Stage) -> None:
    """The best home player misses every game of fourteen days."""
    league, game = stage.league, stage.game
    team, star = game.teams[0], best_player(stage)
    for offset in range(14):
        for other in league.games_on(game.game_date + timedelta(days=offset)):
            filed = league.submission_at(other, team) if team in other.teams else None
            if filed is not None:
                reason = "Injury/Illness - Left Calf; Strain"
                league.amendments.availability[other.game_id, star.player.player_id] = Availability(
                    star.member, False, (Entry(filed, OUT, reason),), reason
                )
    league.amended()


def _zero_seconds(stage: Stage) -> None:
    stage.league.amendments.cameos.add(stage.game_id)
    stage.league.amended()


def _alias(stage: Stage) -> None:
    """One book calls the best home player by a nickname."""
    player = best_player(stage).player
    at = stage.when(stage.tip_off - timedelta(days=2))
    stage.league.amendments.lines.append(
        LineRule(stage.game_id, player.player_id, at, bookmaker="fanduel", alias=f"{player.first[:3]} {player.last}")
    )


SCENARIOS = (
    Scenario("trade_on_game_day", FAMILY, "two regulars change teams on the date of the game", _trade),
    Scenario("ten_day_signing", FAMILY, "the home team signs a free agent for ten days", _sign("10-Day Contract")),
    Scenario("two_way_signing", FAMILY, "the home team signs a free agent to a two-way contract",
             _sign("Two-Way Contract", rank=16)),
    Scenario("two_way_converted", FAMILY, "a two-way player gets a standard contract", _convert),
    Scenario("unknown_player", FAMILY, "a new player plays whom neither directory nor rosters list",
             _sign("Contract", is_unknown=True, rank=4)),
    Scenario("two_week_absence", FAMILY, "the best home player is out for fourteen days", _absence),
    Scenario("zero_seconds", FAMILY, "somebody enters and leaves within one dead ball", _zero_seconds),
    Scenario("alias_of_one_book", FAMILY, "one book calls a player by a nickname", _alias),
)  # fmt: skip
