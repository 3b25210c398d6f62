select game_id, game_date, home_team, away_team, tip_off_utc, game_status, home_score, away_score
from nba_reference.dim_game
where game_date = $date
order by tip_off_utc nulls last, game_id
