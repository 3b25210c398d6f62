-- Over all teams and a month, what teams allow against the league averages out; months with little to average are left out.
with

by_month as (
    select
        season_year,
        extract(month from analysis_date) as month_number,
        count(*) as team_rows,
        avg(paint_vs_league_pp) as paint,
        avg(mid_range_vs_league_pp) as mid_range,
        avg(three_vs_league_pp) as three
    from {{ ref("team_defense_zone_analysis") }}
    where is_production_ready
    group by season_year, extract(month from analysis_date)
)

select * from by_month
where
    team_rows >= 60
    and (
        coalesce(abs(paint), 0) > 1.5
        or coalesce(abs(mid_range), 0) > 1.5
        or coalesce(abs(three), 0) > 1.5
    )
