-- The report of a day without its hour: 17:30 Eastern is assumed, the usual one.
with reports as (
    select
        *, row_number() over (
            partition by report_date, game_date, team order by player_name nulls first, current_status
        ) as position
    from injuries
)

select
    cast(report_date as timestamp) + interval '21 hours 30 minutes' as report_at, cast(report_date as date) as report_date,
    game_date, game_time_et as game_time_text, matchup, team_names.team, position as listing_order,
    player_name as player_name_raw, coalesce(lower(current_status), 'not_submitted') as injury_status, reason,
    case
        when reason is null then null
        when reason like 'Injury/Illness%' or reason like '%Reconditioning%' then 'injury'
        when reason like 'G League%' then 'g_league'
        when reason like 'Not With Team%' then 'not_with_team'
        when reason like 'Personal%' then 'personal'
        when reason like 'Rest%' then 'rest'
        when reason like 'Coach%' then 'coach_decision'
        when reason like '%Suspension%' then 'suspension'
        else 'other'
    end as reason_category,
    'pdf' as source_variant, file as source_file,
    cast(report_date as timestamp) + interval '21 hours 30 minutes' as observed_at,
    case when team_names.team is null then 'unknown_team' end as refusal
from reports
left join team_names on lower(reports.team) = team_names.name
