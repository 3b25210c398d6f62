{{ config(severity="warn") }}
-- An event of the odds feed has a spread and a total.
select
    game_date,
    odds_event_id
from {{ source("odds_api", "odds_api_game_lines") }}
where game_date >= {{ first_stored_date() }}
group by game_date, odds_event_id
having
    count(case when market = 'spreads' then 1 end) = 0
    or count(case when market = 'totals' then 1 end) = 0
