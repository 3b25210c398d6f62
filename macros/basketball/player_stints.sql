{#-
    A player's spells with a team within a season, as a query over two CTEs of listings: games for whose population he was
    chosen beforehand, and box scores that list him, missed games included. Both give player_id, season_year, game_date,
    game_id and team. A spell lasts from its first listing (since_date) to the first one by another team (until_date, NULL
    for the last); where both kinds stand on a date, the box score decides what follows.

    A macro and not a model: over all of history it costs more than everything that reads it.
-#}
{% macro player_stints(population, box_scores) %}
    select
        player_id,
        season_year,
        team,
        game_date as since_date,
        lead(game_date) over (
            partition by player_id, season_year order by game_date, game_id, listing_order
        ) as until_date
    from (
        select
            player_id,
            season_year,
            game_date,
            game_id,
            listing_order,
            team,
            lag(team) over (
                partition by player_id, season_year order by game_date, game_id, listing_order
            ) as previous_team
        from (
            select player_id, season_year, game_date, game_id, team, 0 as listing_order from {{ population }}
            union all
            select player_id, season_year, game_date, game_id, team, 1 as listing_order from {{ box_scores }}
        ) as listings
    ) as compared
    where previous_team is null or previous_team != team
{% endmacro %}
