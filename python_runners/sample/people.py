"""Players of the sample league: who they are and how well they play."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from python_runners.identity import player_lookup_base
from python_runners.sample.names import name_stream, slug, without_suffix

FIRST_PLAYER_ID = 9_000_001

POSITIONS = ("PG", "SG", "SF", "PF", "C")
_SHORT = {"PG": "G", "SG": "G", "SF": "F", "PF": "F", "C": "C"}
_INDEX_POSITION = {"PG": "G", "SG": "G", "SF": "G-F", "PF": "F", "C": "C"}
_COUNTRIES = ("USA", "USA", "USA", "USA", "USA", "Canada", "France", "Serbia", "Australia", "Nigeria", "Germany")
_COLLEGES = ("Larkfield State", "Western Dunmore", "Port Avon", "Halloway Tech", "St. Brannoc", "Upper Mesa A&M")
# Mean share of shots by position: paint, mid-range, three.
_SHOT_MIX = {
    "PG": (0.385, 0.14, 0.49),
    "SG": (0.365, 0.13, 0.52),
    "SF": (0.415, 0.12, 0.485),
    "PF": (0.525, 0.12, 0.385),
    "C": (0.74, 0.09, 0.17),
}
_ASSISTS = {"PG": 2.3, "SG": 1.2, "SF": 0.9, "PF": 0.75, "C": 0.7}
_OFFENSIVE_REBOUNDS = {"PG": 0.4, "SG": 0.5, "SF": 0.8, "PF": 1.4, "C": 2.6}
_DEFENSIVE_REBOUNDS = {"PG": 0.75, "SG": 0.75, "SF": 1.0, "PF": 1.3, "C": 1.8}
_BLOCKS = {"PG": 0.4, "SG": 0.5, "SF": 0.8, "PF": 1.3, "C": 2.6}
_USAGE_BY_RANK = (1.46, 1.34, 1.16, 1.04, 0.94, 0.94, 0.86, 0.84, 0.80, 0.78, 0.80, 0.76, 0.78, 0.76, 0.76)


@dataclass(frozen=True)
class Skill:
    """Tendencies of a player, relative to a mean of 1 unless stated otherwise.

    Attributes:
        usage: weight with which he ends a play.
        mix: shares of his shots in the paint, from mid-range and from three.
        accuracy: probability of a make from the paint, from mid-range and from three.
        free_throw: probability of making a free throw.
        foul_draw: how often he is fouled on a shot.
        assists: weight as passer.
        offensive_rebounds: weight on offensive rebounds.
        defensive_rebounds: weight on defensive rebounds.
        steals: weight on steals.
        blocks: weight on blocks.
        turnovers: weight on turnovers.
        fouls: weight on fouls.
    """

    usage: float
    mix: tuple[float, float, float]
    accuracy: tuple[float, float, float]
    free_throw: float
    foul_draw: float
    assists: float
    offensive_rebounds: float
    defensive_rebounds: float
    steals: float
    blocks: float
    turnovers: float
    fouls: float


@dataclass(frozen=True)
class Player:
    """A player and what the directories print about him.

    Attributes:
        player_id: NBA.com person id, from a range that no real player has.
        first: given name.
        last: family name, generational suffix included.
        position: PG, SG, SF, PF or C.
        jersey: number as text.
        height: feet and inches, `6-8`.
        weight: pounds.
        age: years at the start of the season.
        country: country of origin.
        college: last school; None for some.
        draft: year, round and pick; None for the undrafted.
        from_year: first season.
        rank: depth within his first team, 0 the best; two-way players come last.
        is_two_way: contract type at the start of the season.
        fragility: how often he is hurt, mean 1.
        skill: tendencies.
    """

    player_id: int
    first: str
    last: str
    position: str
    jersey: str
    height: str
    weight: int
    age: int
    country: str
    college: str | None
    draft: tuple[int, int, int] | None
    from_year: int
    rank: int
    is_two_way: bool
    fragility: float
    skill: Skill

    @property
    def name(self) -> str:
        """Full name as NBA.com writes it."""
        return f"{self.first} {self.last}"

    @property
    def name_initial(self) -> str:
        """Initial and last name, as play descriptions write it."""
        return f"{self.first[0]}. {self.last}"

    @property
    def slug(self) -> str:
        """Name in addresses."""
        return slug(self.name)

    @property
    def short_position(self) -> str:
        """G, F or C, as box scores of the statistics service have it."""
        return _SHORT[self.position]

    @property
    def index_position(self) -> str:
        """Position as the directory prints it."""
        return _INDEX_POSITION[self.position]

    @property
    def height_inches(self) -> int:
        """Height in inches."""
        feet, inches = self.height.split("-")
        return 12 * int(feet) + int(inches)


def _spread(rng: Random, mean: float, relative: float) -> float:
    return max(mean * (1 + rng.gauss(0, relative)), 0.15 * mean)


def draw_skill(rng: Random, position: str, rank: int) -> Skill:
    """Draw the tendencies of a player of a position and depth."""
    mix = [_spread(rng, share, 0.28) for share in _SHOT_MIX[position]]
    total = sum(mix)
    quality = rng.gauss(0.006 - 0.0016 * rank, 0.012)
    return Skill(
        usage=_spread(rng, _USAGE_BY_RANK[min(rank, len(_USAGE_BY_RANK) - 1)], 0.14),
        mix=(mix[0] / total, mix[1] / total, mix[2] / total),
        accuracy=(
            0.555 + quality + rng.gauss(0, 0.025) + (0.035 if position == "C" else 0.0),
            0.424 + quality + rng.gauss(0, 0.025),
            0.3705 + quality + rng.gauss(0, 0.020) - (0.04 if position == "C" else 0.0),
        ),
        free_throw=min(max(rng.gauss(0.785 - (0.07 if position == "C" else 0.0), 0.065), 0.45), 0.94),
        foul_draw=_spread(rng, 1.0, 0.3),
        assists=_spread(rng, _ASSISTS[position] * (1.25 if rank < 3 else 1.0), 0.3),
        offensive_rebounds=_spread(rng, _OFFENSIVE_REBOUNDS[position], 0.3),
        defensive_rebounds=_spread(rng, _DEFENSIVE_REBOUNDS[position], 0.2),
        steals=_spread(rng, 1.0, 0.35),
        blocks=_spread(rng, _BLOCKS[position], 0.4),
        turnovers=_spread(rng, 1.0, 0.2),
        fouls=_spread(rng, 1.25 if position == "C" else 1.0, 0.25),
    )


def draw_player(rng: Random, player_id: int, name: tuple[str, str], rank: int, season_year: int, *, two_way: bool,
                jersey: str) -> Player:  # fmt: skip
    """Draw a player of a depth within his team."""
    # The first five cover the five positions, so that every team can field a lineup.
    position = POSITIONS[(rank * 2) % 5] if rank < 10 else rng.choice(POSITIONS)
    inches = round(rng.gauss(75 + 2.0 * POSITIONS.index(position), 1.4))
    age = min(max(round(rng.gauss(22.0 if two_way else 26.5, 3.5)), 19), 39)
    from_year = season_year - max(age - 20 - rng.randrange(0, 3), 0)
    is_drafted = rng.random() < (0.35 if two_way else 0.8)
    country = rng.choice(_COUNTRIES)
    return Player(
        player_id=player_id,
        first=name[0],
        last=name[1],
        position=position,
        jersey=jersey,
        height=f"{inches // 12}-{inches % 12}",
        weight=round(inches * 5.2 - 195 + rng.gauss(0, 9)),
        age=age,
        country=country,
        college=rng.choice(_COLLEGES) if country == "USA" or rng.random() < 0.4 else None,
        draft=(from_year, rng.choice((1, 1, 2)), rng.randrange(1, 31)) if is_drafted else None,
        from_year=from_year,
        rank=rank,
        is_two_way=two_way,
        fragility=min(max(rng.gauss(1.0, 0.5), 0.2), 2.5),
        skill=draw_skill(rng, position, rank),
    )


@dataclass(frozen=True)
class Cast:
    """Everybody who can play in a season: the teams' players and the free agents, both in a fixed order."""

    by_team: dict[str, tuple[Player, ...]]
    free_agents: tuple[Player, ...]

    @property
    def everybody(self) -> tuple[Player, ...]:
        """All players, by team and then the free agents."""
        return tuple(player for team in self.by_team.values() for player in team) + self.free_agents


def draw_cast(rng: Random, teams: tuple[str, ...], season_year: int, standard: int, two_way: int) -> Cast:
    """Draw all players; every third team has two players of one last name."""
    names = name_stream(rng)
    taken: set[str] = set()
    player_id = FIRST_PLAYER_ID
    by_team: dict[str, tuple[Player, ...]] = {}
    for number, team in enumerate(teams):
        jerseys = rng.sample(range(56), standard + two_way)
        players: list[Player] = []
        for rank in range(standard + two_way):
            name = next(names)
            if number % 3 == 0 and rank == 6:
                name = (name[0], without_suffix(players[1].last))
                while player_lookup_base(f"{name[0]} {name[1]}") in taken:
                    name = (next(names)[0], name[1])
            taken.add(player_lookup_base(f"{name[0]} {name[1]}"))
            is_two_way, jersey = rank >= standard, str(jerseys[rank])
            players.append(draw_player(rng, player_id, name, rank, season_year, two_way=is_two_way, jersey=jersey))
            player_id += 1
        by_team[team] = tuple(players)
    free_agents = tuple(
        draw_player(rng, player_id + index, next(names), 13, season_year, two_way=False, jersey=str(60 + index))
        for index in range(max(2 * len(teams), 8))
    )
    return Cast(by_team=by_team, free_agents=free_agents)
