{#- Each source and date with at least 20 names resolves at least this share of them. -#}
{% test match_rate(model, least) %}
    select
        source_name,
        game_date,
        count(player_id) as resolved,
        count(*) as names
    from {{ model }}
    group by source_name, game_date
    having count(*) >= 20 and count(player_id) < {{ least }} * count(*)
{% endtest %}
