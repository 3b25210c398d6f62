-- Between two arenas of one country no trip exceeds 3,000 miles; only neutral sites abroad lie further.
select
    spine.game_id,
    spine.team,
    spine.travel_miles
from {{ ref("int_schedule_spine") }} as spine
left join {{ ref("int_schedule_spine") }} as previous_game
    on
        spine.previous_game_id = previous_game.game_id
        and spine.team = previous_game.team
where
    spine.counts_in_windows
    and (spine.travel_miles < 0 or spine.travel_miles > 3000)
    and spine.arena_id like '%_home'
    and coalesce(previous_game.arena_id, spine.arena_id) like '%_home'
