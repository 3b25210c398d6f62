with

lines as (
    select * from {{ ref("int_points_line") }}
),

tip_offs as (
    select
        game_id,
        game_date,
        tip_off_utc,
        tip_off_utc as as_of
    from {{ ref("dim_game") }}
    where tip_off_utc is not null
),

final as ({{ points_line_at("lines", "tip_offs") }})

select * from final
where points_line is not null
