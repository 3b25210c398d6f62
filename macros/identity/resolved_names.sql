{#-
    CTEs that give each row of a CTE `names` a player id, the last of them called `name`: first unique hit of alias, whole
    name and name without suffix among the players of the two teams on the date, bare last name within the team, whole
    name in the season. Two candidates at one step are a miss and not a guess.

    `names` has source_name, game_date, season_year, team, opponent, player_lookup, player_lookup_base and
    is_last_name_only, and is unique by `key`, which contains game_date; its other columns are carried along. A CTE
    `offers` holds int_name_offer. Added: player_id (NULL when unresolved) and match_method.
-#}
{% macro resolved_names(key, name="final") -%}
{%- set steps = {
    "alias": "offers.step = 'alias'",
    "whole": "offers.step in ('game', 'team') and offers.player_lookup = names.player_lookup",
    "base": "offers.step in ('game', 'team')",
    "season": "offers.step = 'season'",
} -%}
key_kinds as (
    select 'whole' as key_kind
    union all
    select 'base' as key_kind
),

-- a name is looked for as it stands and without its suffix, a bare last name only among last names; the least and the
-- greatest id of a step differ when it has several candidates
candidates as (
    select
        names.*,
        {%- for step, condition in steps.items() %}
        min(case when {{ condition }} then offers.player_id end) over same_name as {{ step }}_player_id,
        max(case when {{ condition }} then offers.player_id end) over same_name as other_{{ step }}_player_id,
        {%- endfor %}
        row_number() over (
            partition by {% for column in key %}names.{{ column }}{{ ", " if not loop.last }}{% endfor %}
            order by key_kinds.key_kind, offers.step, offers.player_id, offers.valid_from
        ) as candidate_number
    from names
    cross join key_kinds
    left join offers
        on
            case
                when key_kinds.key_kind = 'base' and names.is_last_name_only then 'last'
                else key_kinds.key_kind
            end = offers.key_kind
            and case when key_kinds.key_kind = 'base' then names.player_lookup_base else names.player_lookup end
            = offers.search_key
            and (offers.source_name is null or offers.source_name in (names.source_name, 'any'))
            and (
                offers.team is null
                or offers.team = names.team
                or (offers.team = names.opponent and offers.step = 'game')
            )
            and (offers.valid_from is null or names.game_date >= offers.valid_from)
            and (offers.valid_to is null or names.game_date <= offers.valid_to)
            and (offers.first_season is null or names.season_year between offers.first_season and offers.last_season)
            and (offers.step <> 'season' or not names.is_last_name_only)
    window
        same_name as (
            partition by {% for column in key %}names.{{ column }}{{ ", " if not loop.last }}{% endfor %}
        )
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
    from candidates
    where candidate_number = 1
),

{{ name }} as (
    select
        *,
        case match_method
            when 'alias' then alias_player_id
            when 'lookup_game' then whole_player_id
            when 'base_game' then base_player_id
            when 'last_name_team' then coalesce(whole_player_id, base_player_id)
            when 'lookup_season' then season_player_id
        end as player_id
    from decided
)
{%- endmacro %}
