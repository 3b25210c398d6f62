-- points of both teams are those of the schedule, in the rows of players too
select
    games.game_id,
    summary.team
from {{ ref("dim_game") }} as games
inner join (
    select
        game_id,
        team,
        is_home,
        game_date,
        points as own_points
    from {{ ref("team_offense_game_summary") }}
    union all
    select distinct
        game_id,
        team,
        is_home,
        game_date,
        team_points as own_points
    from {{ ref("player_game_summary") }}
) as summary
    on games.game_id = summary.game_id
where
    not games.is_final
    or games.game_date != summary.game_date
    or summary.team != case when summary.is_home then games.home_team else games.away_team end
    or coalesce(
        summary.own_points != case when summary.is_home then games.home_score else games.away_score end, false
    )
