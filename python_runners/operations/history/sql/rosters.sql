-- Training-camp rosters of October 2025 without a day: they know the signings of 1 October and not yet the cuts before
-- the season. 15 October is assumed.
select
    date '2025-10-15' as roster_date, 2025 as season_year, teams.team, cast(player_id as varchar) as player_id,
    player as player_name, nullif(trim(position), '') as position,
    cast(cast(num as bigint) as varchar) as jersey_number, nullif(trim(height), '') as height,
    cast(weight as bigint) as weight, cast(age as bigint) as age, exp as experience,
    nullif(trim(how_acquired), '') as how_acquired, 'commonteamroster' as source_variant, file as source_file,
    timestamp '2025-10-15 12:00:00' as observed_at, case when teams.team is null then 'foreign_team' end as refusal
from rosters
left join teams using (team_id)
