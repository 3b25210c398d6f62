{#- Probability that an American price implies, the bookmaker's margin included. -#}
{% macro implied_probability(price) -%}
    case
        when {{ price }} < 0 then {{ safe_divide("-" ~ price, "100 - " ~ price) }}
        else {{ safe_divide("100", "100 + " ~ price) }}
    end
{%- endmacro %}
