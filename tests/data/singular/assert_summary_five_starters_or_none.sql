-- a box score flags exactly five starters of a team, or its source flags nobody in the game
select
    game_id,
    team,
    count(case when is_starter then 1 end) as starters
from {{ ref("player_game_summary") }}
group by game_id, team
having count(case when is_starter then 1 end) not in (0, 5)
