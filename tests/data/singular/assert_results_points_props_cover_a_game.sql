{{ config(severity="warn") }}
-- At one ranked book at least, an event has lines of eight players.
with

props as (
    select
        game_date,
        odds_event_id,
        bookmaker,
        count(distinct player_name_raw) as players
    from {{ source("odds_api", "odds_api_player_points_props") }}
    where game_date >= {{ first_stored_date() }}
    group by game_date, odds_event_id, bookmaker
),

bookmakers as (
    select * from {{ ref("bookmakers") }}
    where line_rank is not null
)

select
    props.game_date,
    props.odds_event_id,
    max(case when bookmakers.bookmaker is not null then props.players else 0 end) as players
from props
left join bookmakers
    on props.bookmaker = bookmakers.bookmaker
group by props.game_date, props.odds_event_id
having max(case when bookmakers.bookmaker is not null then props.players else 0 end) < 8
