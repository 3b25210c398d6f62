"""Players whose line moved since they were predicted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from python_runners.pipeline.composition import Platform
from python_runners.predictions.inputs import predictions_exist

# As scoring reads it: a line counts only with its book and the instant at which it was seen.
_MOVED = """
with standing as (
    select game_id, player_id, points_line
    from nba_predictions.player_points_predictions
    where game_date = $day and mode = 'live' and tip_off_utc > $now
    qualify row_number() over (
        partition by game_id, player_id, system_id order by prediction_version desc
    ) = 1
),
shown as (
    select
        game_id,
        player_id,
        case
            when current_line_book is not null and current_line_observed_at is not null then current_points_line
        end as points_line
    from nba_analytics.upcoming_player_game_context
    where game_date = $day
)
select distinct standing.player_id
from standing
inner join shown using (game_id, player_id)
where standing.points_line is distinct from shown.points_line
order by standing.player_id
"""


def players_whose_line_moved(
    platform: Platform, day: date, among: Sequence[str] | None = None, *, as_of: datetime | None = None
) -> tuple[str, ...]:
    """Return the predicted players of games ahead whose current line is not the one they were predicted against.

    Args:
        platform: the platform.
        day: US Eastern game date.
        among: players to look at; None for all.
        as_of: the instant that "ahead" means; default is now.
    """
    if not predictions_exist(platform.warehouse):
        return ()
    now = (as_of or platform.as_of()).astimezone(UTC).replace(tzinfo=None)
    rows = platform.warehouse.query(_MOVED, {"day": day, "now": now}).column("player_id").to_pylist()
    return tuple(player_id for player_id in rows if among is None or player_id in among)
