-- Nobody is a member of two teams on one date, and a game has members of both its teams. Without a stored roster a team is
-- known from its boxes, so the rule on games begins a fortnight into the season.
with

members as (
    select * from {{ ref("upcoming_player_game_context") }}
),

games as (
    select * from {{ ref("dim_game") }}
    where counts_in_windows
)

select games.game_id as subject
from members
inner join games
    on members.game_id = games.game_id
where {{ days_between("games.first_regular_date", "games.game_date") }} >= 14
group by games.game_id
having count(distinct members.team) != 2
union all
select player_id
from members
group by player_id, game_date
having count(*) > 1
