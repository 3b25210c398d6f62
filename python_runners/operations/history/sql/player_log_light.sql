-- The last Finals games stand only in a log without makes and attempts: nothing a row of the contract could be made of.
select
    cast(null as varchar) as game_id, game_date, season, cast(left(season, 4) as bigint) as season_year,
    'playoffs' as season_type, cast(player_id as varchar) as player_id, player_name, team, opponent,
    matchup like '% vs. %' as is_home, false as minutes_are_whole, 'leaguegamelog' as source_variant,
    file as source_file, cast(game_date as timestamp) + interval 30 hour as observed_at, 'no_makes_and_attempts' as refusal
from player_log_light
