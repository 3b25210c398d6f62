-- a final game has one row for each of its two teams in both team summaries, and the rows mirror each other
with

sides as (
    select
        offense.game_id,
        offense.team,
        offense.opponent,
        offense.is_home,
        offense.points,
        offense.margin,
        offense.possessions,
        offense.pace,
        offense.offensive_rating,
        defense.points_allowed,
        defense.defensive_rating,
        defense.possessions as defensive_possessions,
        defense.margin as defensive_margin,
        defense.team as defending_team
    from {{ ref("team_offense_game_summary") }} as offense
    full outer join {{ ref("team_defense_game_summary") }} as defense
        on offense.game_id = defense.game_id and offense.team = defense.team
)

select
    own_side.game_id,
    own_side.team
from sides as own_side
left join sides as other_side
    on own_side.game_id = other_side.game_id and own_side.opponent = other_side.team
where
    own_side.team is null
    or own_side.defending_team is null
    or other_side.team is null
    or other_side.opponent != own_side.team
    or other_side.is_home = own_side.is_home
    or own_side.margin != -other_side.margin
    or own_side.margin != own_side.defensive_margin
    or own_side.possessions != other_side.possessions
    or own_side.possessions != own_side.defensive_possessions
    or own_side.pace != other_side.pace
    or own_side.points_allowed != other_side.points
    or own_side.defensive_rating != other_side.offensive_rating
