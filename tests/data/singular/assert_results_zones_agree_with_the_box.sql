{{ config(severity="warn") }}
-- With the two label rules, three-point attempts and paint points of shots equal the box score of every complete game.
with

shots as (
    select
        game_date,
        game_id,
        player_id,
        count(*) as attempts,
        count(case when zone = 'three' then 1 end) as three_attempts,
        2 * count(case when zone = 'paint' and shot_made then 1 end) as points_in_paint
    from {{ ref("int_shot") }}
    group by game_date, game_id, player_id
)

select
    shots.game_id,
    shots.player_id
from shots
inner join {{ ref("int_player_box") }} as box
    on
        shots.game_date = box.game_date
        and shots.game_id = box.game_id
        and shots.player_id = box.player_id
where
    shots.attempts = box.fg_attempts
    and (shots.three_attempts <> box.three_attempts or shots.points_in_paint <> box.points_in_paint)
