-- Each phase begins on the day after the one before it ends.
select
    date_from,
    previous_to
from (
    select
        date_from,
        lag(date_to) over (order by date_from) as previous_to
    from {{ ref("season_calendar") }}
) as phases
where {{ days_between("previous_to", "date_from") }} <> 1
