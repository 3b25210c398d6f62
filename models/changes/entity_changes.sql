{%- set tables = [
    "bdl_player_boxscores",
    "bettingpros_player_points_props",
    "bigdataball_play_by_play",
    "espn_team_rosters",
    "nbac_schedule",
    "nbac_scoreboard_v2",
    "nbac_boxscore_players",
    "nbac_player_boxscores",
    "nbac_gamebook_player_stats",
    "nbac_team_boxscore",
    "nbac_play_by_play",
    "nbac_shot_chart",
    "nbac_injury_report",
    "nbac_player_list_current",
    "nbac_player_movement",
    "nbac_team_rosters",
    "nbac_referee_game_assignments",
    "odds_api_player_points_props",
    "odds_api_game_lines",
] -%}
{#- `dbt run` leaves snapshots alone: those that were never taken have no versions yet. -#}
{%- set taken = [] -%}
{%- for table in tables -%}
    {%- set snapshot = ref("snap_" ~ table) -%}
    {%- if not execute or not flags.INTROSPECT or load_relation(snapshot) is not none -%}
        {%- do taken.append(table) -%}
    {%- endif -%}
{%- endfor -%}
{%- set kinds = {"player": "player_id", "team": "team", "game": "game_id"} -%}

with

{% if taken -%}
versions as (
    {%- for table in taken %}
    select
        concat('snapshot:{{ table }}:', dbt_scd_id) as entity_change_id,
        '{{ table }}' as source_table,
        entity_kind,
        entity_id,
        game_date,
        is_removed,
        run_id,
        dbt_valid_from as changed_at,
        row_number() over (partition by digest_key order by dbt_valid_from) as version
    from {{ ref("snap_" ~ table) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

{% endif -%}
logged as (
    {%- for kind, column in kinds.items() %}
    select
        concat('log:', cast(change_id as string), ':{{ kind }}') as entity_change_id,
        change_id,
        input_name as source_table,
        '{{ kind }}' as entity_kind,
        {{ column }} as entity_id,
        game_date,
        change_kind,
        changed_fields,
        run_id,
        changed_at
    from {{ source("change_records", "change_log") }}
    where {{ column }} is not null
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    entity_change_id,
    change_id,
    source_table,
    entity_kind,
    entity_id,
    game_date,
    change_kind,
    changed_fields,
    'log' as detected_by,
    run_id,
    changed_at
from logged
{%- if taken %}

union all

select
    entity_change_id,
    cast(null as int64) as change_id,
    source_table,
    entity_kind,
    entity_id,
    game_date,
    case
        when is_removed then 'removed'
        when version = 1 then 'new'
        else 'changed'
    end as change_kind,
    {{ empty_string_array() }} as changed_fields,
    'snapshot' as detected_by,
    run_id,
    changed_at
from versions
{%- endif %}
