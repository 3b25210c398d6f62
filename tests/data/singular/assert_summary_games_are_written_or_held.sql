-- a final game with box lines is either in a summary or named as held from it, never both and never neither
with

box_games as (
    select distinct game_id from {{ ref("int_team_box") }}
    union distinct
    select distinct game_id from {{ ref("int_player_box") }}
),

written as (
    select distinct
        game_id,
        'team_summaries' as held_from
    from {{ ref("team_offense_game_summary") }}
    union all
    select distinct
        game_id,
        'player_game_summary' as held_from
    from {{ ref("player_game_summary") }}
),

accounts as (
    select
        game_id,
        held_from
    from written
    union all
    select
        game_id,
        held_from
    from {{ ref("held_games") }}
)

select
    games.game_id,
    count(accounts.game_id) as accounts_found
from {{ ref("dim_game") }} as games
inner join box_games
    on games.game_id = box_games.game_id
left join accounts
    on games.game_id = accounts.game_id
where games.is_final
group by games.game_id
having count(accounts.game_id) != 2 or count(distinct accounts.held_from) != 2
