{#-
    Normalised form of a player name: given name first, accents and marks gone, lower case, letters and digits only. The
    suffix stays. Mirrors `player_lookup` in Python; both are bound to the same golden cases.
-#}
{% macro normalize_name(name) -%}
    regexp_replace({{ fold_accents("lower(" ~ given_name_first(name) ~ ")") }}, {{ regex_global("[^a-z0-9]+") }}
{%- endmacro %}

{#- The same without a generational suffix. -#}
{% macro normalize_name_base(name) -%}
    {%- set folded = fold_accents("lower(" ~ given_name_first(name) ~ ")") -%}
    {%- set trimmed = "regexp_replace(" ~ folded ~ ", " ~ regex_first("[ ,]+(jr|sr|ii|iii|iv)[.]?[ ]*$") -%}
    regexp_replace({{ trimmed }}, {{ regex_global("[^a-z0-9]+") }}
{%- endmacro %}

{#- "Last, First" turned round, unless only a suffix follows the comma; a suffix of the last name goes to the end. -#}
{% macro given_name_first(name) -%}
    (
        case
            when {{ name }} not like '%,%' then {{ name }}
            when {{ matches("lower(" ~ name ~ ")", ",[ ]*(jr|sr|ii|iii|iv)[.]?[ ]*$") }}
                then replace({{ name }}, ',', ' ')
            else regexp_replace({{ name }}, {{ regex_swap() }}
        end
    )
{%- endmacro %}

{% macro regex_swap() -%}
    {{ adapter.dispatch("regex_swap", "nba_props")() }}
{%- endmacro %}
{% macro duckdb__regex_swap() -%}
    '^(.+?)( (?i:jr|sr|ii|iii|iv)[.]?)?[ ]*,[ ]*(.+)$', '\3 \1\2')
{%- endmacro %}
{% macro bigquery__regex_swap() -%}
    r'^(.+?)( (?i:jr|sr|ii|iii|iv)[.]?)?[ ]*,[ ]*(.+)$', r'\3 \1\2')
{%- endmacro %}

{#- Closing arguments of a regexp_replace that removes every, or the first, match. -#}
{% macro regex_global(pattern) -%} {{ adapter.dispatch("regex_global", "nba_props")(pattern) }} {%- endmacro %}
{% macro duckdb__regex_global(pattern) -%} '{{ pattern }}', '', 'g') {%- endmacro %}
{% macro bigquery__regex_global(pattern) -%} r'{{ pattern }}', '') {%- endmacro %}
{% macro regex_first(pattern) -%} {{ adapter.dispatch("regex_first", "nba_props")(pattern) }} {%- endmacro %}
{% macro duckdb__regex_first(pattern) -%} '{{ pattern }}', '') {%- endmacro %}
{% macro bigquery__regex_first(pattern) -%} r'{{ pattern }}', '') {%- endmacro %}

{#- Letters without their marks; those that do not decompose are mapped by hand. -#}
{% macro fold_accents(text) -%} {{ adapter.dispatch("fold_accents", "nba_props")(text) }} {%- endmacro %}
{% macro duckdb__fold_accents(text) -%}
    strip_accents(translate(replace(replace({{ text }}, 'ß', 'ss'), 'æ', 'ae'), 'đłøı', 'dloi'))
{%- endmacro %}
{% macro bigquery__fold_accents(text) -%}
    regexp_replace(
        normalize(translate(replace(replace({{ text }}, 'ß', 'ss'), 'æ', 'ae'), 'đłøı', 'dloi'), NFKD), r'\pM', ''
    )
{%- endmacro %}
