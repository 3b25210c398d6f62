-- nobody plays for two teams, or twice, on one date
select
    player_id,
    game_date,
    count(*) as rows_found
from {{ ref("player_game_summary") }}
group by player_id, game_date
having count(*) > 1
