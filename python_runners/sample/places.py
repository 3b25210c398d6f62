"""Arenas of the sample league: where each team is at home, and the neutral sites."""

from __future__ import annotations

from dataclasses import dataclass

from python_runners.teams import team_id_of

_EAST, _CENTRAL, _MOUNTAIN, _PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"


@dataclass(frozen=True)
class Arena:
    """An arena as the schedule names it.

    Attributes:
        arena_id: id of the feed.
        name: name in use.
        city: city.
        state: state or province; empty abroad.
        country: two letters.
        time_zone: IANA name.
    """

    arena_id: int
    name: str
    city: str
    state: str
    country: str
    time_zone: str


_HOMES = {
    "ATL": ("State Farm Arena", "Atlanta", "GA", _EAST),
    "BKN": ("Barclays Center", "Brooklyn", "NY", _EAST),
    "BOS": ("TD Garden", "Boston", "MA", _EAST),
    "CHA": ("Spectrum Center", "Charlotte", "NC", _EAST),
    "CHI": ("United Center", "Chicago", "IL", _CENTRAL),
    "CLE": ("Rocket Arena", "Cleveland", "OH", _EAST),
    "DAL": ("American Airlines Center", "Dallas", "TX", _CENTRAL),
    "DEN": ("Ball Arena", "Denver", "CO", _MOUNTAIN),
    "DET": ("Little Caesars Arena", "Detroit", "MI", "America/Detroit"),
    "GSW": ("Chase Center", "San Francisco", "CA", _PACIFIC),
    "HOU": ("Toyota Center", "Houston", "TX", _CENTRAL),
    "IND": ("Gainbridge Fieldhouse", "Indianapolis", "IN", "America/Indiana/Indianapolis"),
    "LAC": ("Intuit Dome", "Inglewood", "CA", _PACIFIC),
    "LAL": ("Crypto.com Arena", "Los Angeles", "CA", _PACIFIC),
    "MEM": ("FedExForum", "Memphis", "TN", _CENTRAL),
    "MIA": ("Kaseya Center", "Miami", "FL", _EAST),
    "MIL": ("Fiserv Forum", "Milwaukee", "WI", _CENTRAL),
    "MIN": ("Target Center", "Minneapolis", "MN", _CENTRAL),
    "NOP": ("Smoothie King Center", "New Orleans", "LA", _CENTRAL),
    "NYK": ("Madison Square Garden", "New York", "NY", _EAST),
    "OKC": ("Paycom Center", "Oklahoma City", "OK", _CENTRAL),
    "ORL": ("Kia Center", "Orlando", "FL", _EAST),
    "PHI": ("Wells Fargo Center", "Philadelphia", "PA", _EAST),
    "PHX": ("PHX Arena", "Phoenix", "AZ", "America/Phoenix"),
    "POR": ("Moda Center", "Portland", "OR", _PACIFIC),
    "SAC": ("Golden 1 Center", "Sacramento", "CA", _PACIFIC),
    "SAS": ("Frost Bank Center", "San Antonio", "TX", _CENTRAL),
    "TOR": ("Scotiabank Arena", "Toronto", "ON", "America/Toronto"),
    "UTA": ("Delta Center", "Salt Lake City", "UT", _MOUNTAIN),
    "WAS": ("Capital One Arena", "Washington", "DC", _EAST),
}

NEUTRAL_SITES = {
    "las_vegas": Arena(1000600, "T-Mobile Arena", "Las Vegas", "NV", "US", _PACIFIC),
    "mexico_city": Arena(1000601, "Arena CDMX", "Mexico City", "", "MX", "America/Mexico_City"),
    "paris": Arena(1000602, "Accor Arena", "Paris", "", "FR", "Europe/Paris"),
}


def home_arena(team: str) -> Arena:
    """Return the arena in which a team is at home.

    Raises:
        KeyError: the tricode is not one of the 30 teams.
    """
    name, city, state, time_zone = _HOMES[team]
    country = "CA" if team == "TOR" else "US"
    return Arena(team_id_of(team) % 1000 + 1000000, name, city, state, country, time_zone)
