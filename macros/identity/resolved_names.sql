{#-
    CTEs that resolve names to player ids, the last of them called `name`: first unique hit of alias, whole name and name without
    suffix among the players of the two teams on the date, bare last name within the team, whole name in the season.
    They read a CTE `names` (source_name, game_date, game_id, season_year, team, opponent, player_name_raw, player_lookup,
    player_lookup_base, is_last_name_only) and a CTE `offers` (int_name_offer). Rows may repeat; the result has each name
    once. Least and greatest id stand for the count: several distinct counts at once cost the planner dear.
-#}
{% macro resolved_names(name="final") -%}
key_kinds as (
    select 'whole' as key_kind
    union all
    select 'base' as key_kind
),

-- a name is looked for as it stands and without its suffix; a bare last name only among last names
keys as (
    select
        names.*,
        case
            when key_kinds.key_kind = 'base' and names.is_last_name_only then 'last'
            else key_kinds.key_kind
        end as key_kind,
        case key_kinds.key_kind
            when 'base' then names.player_lookup_base
            else names.player_lookup
        end as search_key
    from names
    cross join key_kinds
),

candidates as (
    select
        keys.*,
        offers.step,
        offers.player_id,
        offers.player_lookup = keys.player_lookup as is_whole_name
    from keys
    left join offers
        on
            keys.key_kind = offers.key_kind
            and keys.search_key = offers.search_key
            and (offers.source_name is null or offers.source_name in (keys.source_name, 'any'))
            and (
                offers.team is null
                or offers.team = keys.team
                or (offers.team = keys.opponent and offers.step = 'game')
            )
            and (offers.valid_from is null or keys.game_date >= offers.valid_from)
            and (offers.valid_to is null or keys.game_date <= offers.valid_to)
            and (offers.first_season is null or keys.season_year between offers.first_season and offers.last_season)
            and (offers.step <> 'season' or not keys.is_last_name_only)
),

-- two candidates at one step are a miss and not a guess: the least and the greatest id differ
offered as (
    select
        source_name,
        game_date,
        game_id,
        team,
        opponent,
        player_name_raw,
        player_lookup,
        is_last_name_only,
        {%- for step, condition in {
            "alias": "step = 'alias'",
            "whole": "step in ('game', 'team') and is_whole_name",
            "base": "step in ('game', 'team')",
            "season": "step = 'season'",
        }.items() %}
        min(case when {{ condition }} then player_id end) as {{ step }}_player_id,
        max(case when {{ condition }} then player_id end) as other_{{ step }}_player_id{{ "," if not loop.last }}
        {%- endfor %}
    from candidates
    group by source_name, game_date, game_id, team, opponent, player_name_raw, player_lookup, is_last_name_only
),

decided as (
    select
        *,
        case
            when alias_player_id = other_alias_player_id then 'alias'
            when is_last_name_only and coalesce(whole_player_id, base_player_id)
                = coalesce(other_whole_player_id, other_base_player_id) then 'last_name_team'
            when whole_player_id = other_whole_player_id then 'lookup_game'
            when whole_player_id is null and base_player_id = other_base_player_id then 'base_game'
            when base_player_id is null and season_player_id = other_season_player_id then 'lookup_season'
            else 'unresolved'
        end as match_method
    from offered
),

{{ name }} as (
    select
        source_name,
        game_date,
        game_id,
        team,
        opponent,
        player_name_raw,
        player_lookup,
        case match_method
            when 'alias' then alias_player_id
            when 'lookup_game' then whole_player_id
            when 'base_game' then base_player_id
            when 'last_name_team' then coalesce(whole_player_id, base_player_id)
            when 'lookup_season' then season_player_id
        end as player_id,
        match_method
    from decided
)
{%- endmacro %}
