-- The directory of one season, without the day of July 2025 on which it was asked: the 20th is assumed.
select
    cast(person_id as varchar) as player_id, 2025 as season_year, trim(player_first_name) as first_name,
    trim(player_last_name) as last_name, nullif(trim(player_slug), '') as player_slug, teams.team,
    nullif(trim(position), '') as position, nullif(trim(jersey_number), '') as jersey_number,
    nullif(trim(height), '') as height, weight, nullif(trim(college), '') as college,
    nullif(trim(country), '') as country, draft_year, draft_round, draft_number,
    coalesce(roster_status = 1, false) as is_active, from_year, to_year, 'playerindex' as source_variant,
    file as source_file, timestamp '2025-07-20 00:00:00' as observed_at, cast(null as varchar) as refusal
from player_index
left join teams using (team_id)
