{#-
    What re-opens because the run's as_of moved on, for models that look ahead: a list of SELECTs like those of the rules.

    Two things can come into view without any change in the log: a game, once it is less than `hours` away, and a row
    that was loaded before the former run but observed only after its as_of (`sees`: imports and replays hold such rows;
    on a live day there are none). `meta.horizon` of a model:

        hours: 48
        sees:
        - {table: nba_raw.nbac_team_rosters, at: observed_at, loaded: loaded_at, date: roster_date, days: 14}

    `partition` names the date of observation where the table is partitioned by that.
-#}
{% macro horizon_rows(former_as_of, former_run_at) -%}
    {%- set horizon = config.get("meta", {}).get("horizon") -%}
    {%- if not horizon or former_as_of is none -%} {{ return([]) }} {%- endif -%}
    {%- set former = former_as_of | string | truncate(19, true, "", 0) -%}
    {%- if run_as_of_text()[:19] <= former -%} {{ return([]) }} {%- endif -%}
    {%- set former_instant = "cast('" ~ former ~ "' as timestamp)" -%}
    {%- set ran_instant = "cast('" ~ former_run_at | string | truncate(19, true, "", 0) ~ "' as timestamp)" -%}
    {%- set selects = [games_come_into_view(horizon["hours"], former_instant)] -%}
    {%- for seen in horizon["sees"] -%}
        {%- do selects.append(rows_come_into_view(seen, former, ran_instant)) -%}
    {%- endfor -%}
    {{ return(selects) }}
{%- endmacro %}

{% macro games_come_into_view(hours, former_instant) -%}
    select
        'game' as entity_kind,
        game_id as entity_id,
        game_date as from_date,
        game_date as to_date
    from nba_reference.dim_game
    where
        tip_off_utc > {{ timestamp_sub_hours(former_instant, -hours) }}
        and tip_off_utc <= {{ timestamp_sub_hours(run_as_of(), -hours) }}
{%- endmacro %}

{#- What is seen only now is of no use to games that tipped off before, so rows that reach no later date stay unread. -#}
{% macro rows_come_into_view(seen, former, ran_instant) -%}
    {%- set former_instant = "cast('" ~ former ~ "' as timestamp)" %}
    select
        'date' as entity_kind,
        '' as entity_id,
        {{ seen["date"] }} as from_date,
        {{ date_add_days(seen["date"], seen.get("days", 0)) }} as to_date
    from {{ seen["table"] }}
    where
        {{ seen["date"] }} >= cast('{{ shift_date(former, -seen.get("days", 0) - 2) }}' as date)
        {%- if seen.get("partition") %}
        and {{ seen["partition"] }} >= cast('{{ shift_date(former, -2) }}' as date)
        {%- endif %}
        and {{ seen["at"] }} >= {{ former_instant }}
        and {{ seen["at"] }} < {{ run_as_of() }}
        and {{ seen["loaded"] }} <= {{ ran_instant }}
{%- endmacro %}
