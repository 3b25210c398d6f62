-- The directory of one season.
select
    cast(person_id as varchar) as player_id, 2025 as season_year, player_first_name as first_name,
    player_last_name as last_name, player_slug, teams.team, position, jersey_number, height, weight, college, country,
    draft_year, draft_round, draft_number, roster_status = 1 as is_active, from_year, to_year,
    'playerindex' as source_variant, file as source_file, timestamp '2025-07-20 00:00:00' as observed_at,
    cast(null as varchar) as refusal
from player_index
left join teams using (team_id)
