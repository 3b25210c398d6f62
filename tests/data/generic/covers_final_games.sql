{#- Every final game of the seasons' competitions has at least `minimum` rows; `condition` picks the rows that count. -#}
{% test covers_final_games(model, minimum, condition="true") %}
    select
        games.game_id,
        count(listed.game_id) as rows_found
    from {{ ref("dim_game") }} as games
    left join (select game_id from {{ model }} where {{ condition }}) as listed
        on games.game_id = listed.game_id
    where games.is_final and games.counts_in_windows
    group by games.game_id
    having count(listed.game_id) < {{ minimum }}
{% endtest %}
