-- The two lines of a game name each other as opponents, and one of them is at home.
select
    game_id,
    min(team) as first_team,
    max(team) as second_team
from {{ ref("int_team_box") }}
group by game_id
having
    count(*) <> 2
    or min(team) <> min(opponent)
    or max(team) <> max(opponent)
    or sum(case when is_home then 1 else 0 end) <> 1
