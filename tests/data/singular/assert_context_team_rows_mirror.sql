-- a game ahead has one row for each of its two teams, and what both rows state of the game agrees
with

sides as (
    select * from {{ ref("upcoming_team_game_context") }}
)

select
    own_side.game_id,
    own_side.team
from sides as own_side
left join sides as other_side
    on own_side.game_id = other_side.game_id and own_side.opponent = other_side.team
where
    other_side.team is null
    or other_side.opponent != own_side.team
    or other_side.is_home = own_side.is_home
    or coalesce(own_side.days_rest, -1) != coalesce(other_side.opponent_days_rest, -1)
    or coalesce(own_side.rest_advantage, 0) != -coalesce(other_side.rest_advantage, 0)
    or coalesce(own_side.home_spread, 0) != coalesce(other_side.home_spread, 0)
    or coalesce(own_side.team_spread + other_side.team_spread, 0) != 0
    or abs(coalesce(own_side.implied_team_total + other_side.implied_team_total - own_side.game_total, 0)) > 0.0002
    or coalesce(own_side.pace_last_10, 0) != coalesce(other_side.opponent_pace_last_10, 0)
    or coalesce(own_side.defensive_rating_last_10, 0) != coalesce(other_side.opponent_def_rating_last_10, 0)
    or own_side.team_10_games_found != other_side.opponent_10_games_found
