{#- Stored precision: ratios carry 6 decimals, all other floats 4. -#}
{% macro round_ratio(value) -%} round(cast({{ value }} as {{ type_float64() }}), 6) {%- endmacro %}
{% macro round_value(value) -%} round(cast({{ value }} as {{ type_float64() }}), 4) {%- endmacro %}

{#- Quotient as a 64-bit float; NULL when the denominator is zero or NULL. -#}
{% macro safe_divide(numerator, denominator) -%}
    (cast({{ numerator }} as {{ type_float64() }}) / nullif(cast({{ denominator }} as {{ type_float64() }}), 0))
{%- endmacro %}

{#- Great-circle distance in miles between two points in degrees (haversine, Earth radius 3958.7613 miles). -#}
{% macro haversine_miles(latitude_1, longitude_1, latitude_2, longitude_2) -%}
    (2 * 3958.7613 * asin(sqrt(
        power(sin(({{ latitude_2 }} - {{ latitude_1 }}) * acos(-1) / 360), 2)
        + cos({{ latitude_1 }} * acos(-1) / 180) * cos({{ latitude_2 }} * acos(-1) / 180)
        * power(sin(({{ longitude_2 }} - {{ longitude_1 }}) * acos(-1) / 360), 2)
    )))
{%- endmacro %}
