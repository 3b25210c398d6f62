{#-
    Category of the reason for which somebody did not play, from the league's wording or code ("INACTIVE_GLEAGUE_TWOWAY",
    "DNP - Coach's Decision"). Only wordings without a category of their own fall back to the "not with team" prefix.
-#}
{% macro dnp_category(reason) -%}
    case
        when {{ reason }} is null then null
        when {{ dnp_wording(reason) }} like '%injury%' or {{ dnp_wording(reason) }} like '%illness%' then 'injury'
        when {{ dnp_wording(reason) }} like '%gleague%' or {{ dnp_wording(reason) }} like '%g league%' then 'g_league'
        when {{ dnp_wording(reason) }} like '%suspen%' then 'suspension'
        when {{ dnp_wording(reason) }} like '%personal%' then 'personal'
        when {{ dnp_wording(reason) }} like '% rest%' then 'rest'
        when {{ dnp_wording(reason) }} like '%coach%' then 'coach_decision'
        when {{ dnp_wording(reason) }} like '%not with team%' or {{ dnp_wording(reason) }} like ' nwt%'
            then 'not_with_team'
        else 'other'
    end
{%- endmacro %}

{#- The reason in lower case with blanks for underscores and a blank in front, so that a pattern can ask for a word. -#}
{% macro dnp_wording(reason) -%} concat(' ', replace(lower({{ reason }}), '_', ' ')) {%- endmacro %}
