{#-
    Statistics from integer sums, so that the result depends on neither the order nor the grouping of the rows: an
    incremental run and a full refresh then round to the same stored value.
-#}

{#- A float as a whole number of 1/scale units, the form in which it is summed. -#}
{% macro as_units(value, scale) -%} cast(round({{ value }} * {{ scale }}) as int64) {%- endmacro %}

{#- Sample standard deviation, sqrt((n·Σx² − (Σx)²) / (n·(n − 1))); NULL below two values. -#}
{% macro sample_std_of_sums(count, total, total_of_squares) -%}
    case
        when {{ count }} >= 2 then sqrt(
            {{ safe_divide(
                "(" ~ count ~ " * " ~ total_of_squares ~ " - " ~ total ~ " * " ~ total ~ ")",
                "(" ~ count ~ " * (" ~ count ~ " - 1))",
            ) }}
        )
    end
{%- endmacro %}

{#-
    Least-squares slope of y on the positions 1..n of a window that ends at series position `last`, where
    `weighted_total` is Σ(series position · y): 12·(Σ i·y − (n + 1)/2·Σ y) / (n·(n² − 1)). NULL below two values.
-#}
{% macro slope_of_sums(count, last, total, weighted_total) -%}
    {{ safe_divide(
        "(12 * (" ~ weighted_total ~ " - (" ~ last ~ " - " ~ count ~ ") * " ~ total ~ ") - 6 * (" ~ count ~ " + 1) * " ~ total ~ ")",
        "(" ~ count ~ " * (" ~ count ~ " * " ~ count ~ " - 1))",
    ) }}
{%- endmacro %}
