-- One report a day without its hour: 21:30 UTC is assumed, which is 17:30 Eastern in summer time, the usual report.
with reports as (
    select
        *, cast(report_date as timestamp) + interval '21 hours 30 minutes' as report_at,
        row_number() over (partition by report_date, game_date, team order by file_row) as listing_order
    from injuries
)

select
    report_at, cast(report_date as date) as report_date, game_date, game_time_et as game_time_text, matchup,
    team_names.team, listing_order, player_name as player_name_raw,
    case when player_name is null then 'not_submitted' else lower(current_status) end as injury_status,
    case when player_name is not null then reports.reason end as reason,
    case when player_name is not null then reason_categories.category end as reason_category,
    'pdf' as source_variant, file as source_file, report_at as observed_at,
    case
        when team_names.team is null then 'unknown_team'
        when player_name is not null and current_status is null then 'no_status'
    end as refusal
from reports
left join team_names on lower(reports.team) = team_names.name
left join reason_categories on reports.reason = reason_categories.reason
