-- depends_on: {{ ref("feature_registry") }}
-- Every feature lies in the range of the registry, from a player's 5th game and the second week of the season on.
{% set columns = [] %}
{% if execute %}
    {% for node in graph.nodes.values() if node.resource_type == "model" and node.name == "ml_feature_store_v2" %}
        {% for column in node.columns if modules.re.match("f[0-9]{2}_", column) %} {% do columns.append(column) %} {% endfor %}
    {% endfor %}
{% endif %}

with

rows_past_bootstrap as (
    select store.*
    from {{ ref("ml_feature_store_v2") }} as store
    inner join {{ ref("player_daily_cache") }} as cache
        on store.game_date = cache.analysis_date and store.player_id = cache.player_id
    where cache.games_played_season >= 5 and not array_to_string(cache.quality_issues, ',') like '%bootstrap%'
)

{% for column in columns %}
    {{ "union all" if not loop.first }}
    select
        store.game_date,
        store.player_id,
        '{{ column }}' as feature_column,
        store.{{ column }} as feature_value
    from rows_past_bootstrap as store
    inner join {{ ref("feature_registry") }} as registry on registry.feature_id = {{ column[1:3] | int }}
    where store.{{ column }} < registry.min_value or store.{{ column }} > registry.max_value
{% endfor %}
