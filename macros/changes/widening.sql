{#-
    One rule of `meta.widening` as a SELECT of entity_kind, entity_id, from_date, to_date over the pending changes.

    input: raw table or model whose rows moved; via: how a moved row finds what it re-opens, one of the macros below;
    reopens: entity kind; days: how many days after the row's date are re-opened (0, the default: the same date; none:
    without an end); kinds: only for these kinds of change; fields: for changed rows only if one of these differs. Fields
    default to the columns that the model reads of the input (var `event`, key reads); unknown means all.
-#}
{% macro widen(rule) -%}
    {%- set conditions = ["pending.input_name = '" ~ rule["input"] ~ "'"] -%}
    {%- if rule.get("kinds") -%}
        {%- do conditions.append("pending.change_kind in ('" ~ rule["kinds"] | join("', '") ~ "')") -%}
    {%- endif -%}
    {%- set fields = rule.get("fields") or var("event")["reads"].get(model.name, {}).get(rule["input"]) -%}
    {%- if fields is not none -%}
        {%- do conditions.append(
            "(pending.change_kind <> 'changed' or " ~ arrays_overlap("pending.changed_fields", fields) ~ ")"
        ) -%}
    {%- endif -%}
    {%- set macro = context.get("widen_" ~ rule["via"]) -%}
    {%- if not macro -%}
        {%- do exceptions.raise_compiler_error(model.name ~ ": meta.widening knows no via " ~ rule["via"]) -%}
    {%- endif -%}
    {{ return(macro(rule, conditions | join(" and "))) }}
{%- endmacro %}

{#- Last date that a rule re-opens. -#}
{% macro widened_to(rule, day="pending.game_date") -%}
    {%- set days = rule.get("days", 0) -%}
    {{- "cast('9999-12-31' as date)" if days is none else date_add_days(day, days) -}}
{%- endmacro %}

{#- Whether an array column has one of the given texts. -#}
{% macro arrays_overlap(column, texts) -%} {{ adapter.dispatch("arrays_overlap", "nba_props")(column, texts) }} {%- endmacro %}
{% macro duckdb__arrays_overlap(column, texts) -%}
    {{ return("list_has_any(" ~ column ~ ", ['" ~ texts | join("', '") ~ "'])" if texts else "false") }}
{%- endmacro %}
{% macro bigquery__arrays_overlap(column, texts) -%}
    {{ return(
        "exists (select 1 from unnest(" ~ column ~ ") as name where name in ('" ~ texts | join("', '") ~ "'))"
        if texts else "false"
    ) }}
{%- endmacro %}

{#- The entity of the moved row itself; a row that does not name it re-opens the whole date. -#}
{% macro widen_same(rule, condition) -%}
    {%- set column = {"player": "player_id", "team": "team", "game": "game_id"}[rule["reopens"]] -%}
    select
        case when pending.{{ column }} is null then 'date' else '{{ rule["reopens"] }}' end as entity_kind,
        coalesce(pending.{{ column }}, '') as entity_id,
        coalesce(pending.game_date, cast('1900-01-01' as date)) as from_date,
        {%- if rule.get("undated") %}
        cast('9999-12-31' as date) as to_date
        {%- else %}
        coalesce({{ widened_to(rule) }}, cast('9999-12-31' as date)) as to_date
        {%- endif %}
    from pending
    where {{ condition }}
{%- endmacro %}

{#- All entities of the date and the days after it. -#}
{% macro widen_date(rule, condition) -%}
    select
        'date' as entity_kind,
        '' as entity_id,
        coalesce(pending.game_date, cast('1900-01-01' as date)) as from_date,
        coalesce({{ widened_to(rule) }}, cast('9999-12-31' as date)) as to_date
    from pending
    where {{ condition }}
{%- endmacro %}

{#- The game of the row's team on the row's date: market rows and team rows name no game; the date when there is none. -#}
{% macro widen_game_of_team(rule, condition) -%}
    select
        case when games.game_id is null then 'date' else 'game' end as entity_kind,
        coalesce(games.game_id, '') as entity_id,
        pending.game_date as from_date,
        pending.game_date as to_date
    from pending
    left join nba_reference.dim_game as games
        on
            pending.game_date = games.game_date
            and (pending.team = games.home_team or pending.team = games.away_team)
    where {{ condition }} and pending.game_date is not null
{%- endmacro %}

{#- The later games of the row's team, or of both teams of the row's game. -#}
{% macro widen_later_games(rule, condition) -%}
    select
        'game' as entity_kind,
        later.game_id as entity_id,
        later.game_date as from_date,
        later.game_date as to_date
    from pending
    left join nba_reference.dim_game as played
        on pending.game_id = played.game_id
    inner join nba_reference.dim_game as later
        on
            (
                later.home_team in (coalesce(pending.team, played.home_team), coalesce(pending.team, played.away_team))
                or later.away_team in (coalesce(pending.team, played.home_team), coalesce(pending.team, played.away_team))
            )
            and later.game_date >= pending.game_date
            and later.game_date <= {{ widened_to(rule) }}
    where {{ condition }}
{%- endmacro %}

{#- Both teams of the row's game, or the row's team, from the date on. -#}
{% macro widen_teams_of_game(rule, condition) -%}
    select
        'team' as entity_kind,
        sides.team as entity_id,
        pending.game_date as from_date,
        {{ widened_to(rule) }} as to_date
    from pending
    inner join (
        select game_id, home_team as team from nba_reference.dim_game where home_team is not null
        union all
        select game_id, away_team as team from nba_reference.dim_game where away_team is not null
    ) as sides
        on pending.game_id = sides.game_id
    where {{ condition }}
{%- endmacro %}

{#- Whoever appeared or was listed for a team of the row's game around the date, from the date on. -#}
{% macro widen_players_of_teams(rule, condition) -%}
    select distinct
        'player' as entity_kind,
        listed.player_id as entity_id,
        pending.game_date as from_date,
        {{ widened_to(rule) }} as to_date
    from pending
    inner join nba_reference.dim_game as played
        on pending.game_id = played.game_id
    inner join nba_reference.dim_player_team as listed
        on
            listed.team in (played.home_team, played.away_team)
            and listed.valid_from <= {{ widened_to(rule) }}
            and coalesce(listed.valid_to, cast('9999-12-31' as date)) >= {{ date_add_days("pending.game_date", -300) }}
    where {{ condition }}
{%- endmacro %}

{#- Games for which the row's player is listed out or doubtful: his teammates' rows rest on his form. -#}
{% macro widen_games_missed(rule, condition) -%}
    select distinct
        'game' as entity_kind,
        reports.game_id as entity_id,
        reports.game_date as from_date,
        reports.game_date as to_date
    from pending
    inner join nba_intermediate.int_injury_report as reports
        on
            pending.player_id = reports.player_id
            and reports.game_date >= pending.game_date
            and reports.game_date <= {{ widened_to(rule) }}
            and reports.injury_status in ('out', 'doubtful')
    where {{ condition }}
{%- endmacro %}

{#-
    Games whose acceptance no longer agrees with what is stored: held ones with rows, accepted ones without.

    The games go in as literals where they are few, because the view that judges them then judges no others.
-#}
{% macro widen_gate(rule, condition) -%}
    {%- set games = moved_games(rule["input"]) -%}
    {%- set only = "game_id in ('" ~ games | join("', '") ~ "')" if games | length <= 50 else "true" -%}
    select distinct
        'game' as entity_kind,
        pending.game_id as entity_id,
        pending.game_date as from_date,
        pending.game_date as to_date
    from pending
    left join (
        select game_id from nba_analytics.held_games where held_from = '{{ model.name }}' and {{ only }}
    ) as held
        on pending.game_id = held.game_id
    left join (select distinct game_id from {{ this }} where {{ only }}) as written
        on pending.game_id = written.game_id
    where {{ condition }} and (held.game_id is null) <> (written.game_id is not null)
{%- endmacro %}

{#- Games of the moved rows of an input, at most 51, which is one more than a list may hold. -#}
{% macro moved_games(input) -%}
    {%- set found -%}
        select distinct game_id
        from {{ change_records("change_log") }}
        where
            change_id > coalesce(
                (select max(change_id) from {{ change_records("watermarks") }} where consumer = '{{ model.name }}'), 0
            )
            and input_name = '{{ input }}'
            and game_id is not null
        limit 51
    {%- endset -%}
    {{ return(run_query(found).columns[0].values() | list) }}
{%- endmacro %}

{#- Dates on which a source wrote a name that the moved row may resolve: `names_in` lists the staging models. -#}
{% macro widen_names(rule, condition) -%}
    select distinct
        'date' as entity_kind,
        '' as entity_id,
        named.game_date as from_date,
        named.game_date as to_date
    from pending
    left join nba_reference.dim_player as players
        on pending.player_id = players.player_id
    inner join (
        {%- for staging in rule["names_in"] %}
        select distinct
            game_date,
            player_lookup,
            player_lookup_base
        from nba_staging.{{ staging }}
        where game_date >= {{ first_stored_date() }}
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    ) as named
        on
            named.player_lookup in (pending.detail, players.player_lookup)
            or ends_with(coalesce(pending.detail, players.player_lookup_base), named.player_lookup_base)
            or ends_with(players.player_lookup_base, named.player_lookup_base)
    where {{ condition }}
{%- endmacro %}

{#- Every date of a staging model, for changes that any row of it may rest on: `of` names it, `day` its date column. -#}
{% macro widen_dates_of(rule, condition) -%}
    {%- set day = "named." ~ rule.get("day", "game_date") %}
    select
        'date' as entity_kind,
        '' as entity_id,
        min({{ day }}) as from_date,
        max({{ widened_to(rule, day) }}) as to_date
    from nba_staging.{{ rule["of"] }} as named
    where exists (select 1 from pending where {{ condition }})
    having min({{ day }}) is not null
{%- endmacro %}
