-- Readers look for the reports of a game from a week before it to the day after.
select
    report_date,
    game_date
from {{ ref("stg_nba_com__injury_report") }}
where
    report_date < {{ date_add_days("game_date", -7) }}
    or report_date > {{ date_add_days("game_date", 1) }}
