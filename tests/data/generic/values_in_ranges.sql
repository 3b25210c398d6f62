{#-
    Every known value lies between the bounds of its column, both included; `ranges` maps a column to [minimum, maximum].
    One pass over the table, one row for each column with values outside.
-#}
{% test values_in_ranges(model, ranges) %}
    with

    counted as (
        select
            {%- for column, bounds in ranges.items() %}
            count(case when {{ column }} < {{ bounds[0] }} or {{ column }} > {{ bounds[1] }} then 1 end) as {{ column }}
            {{- "," if not loop.last }}
            {%- endfor %}
        from {{ model }}
    )

    {%- for column in ranges %}
    select '{{ column }}' as out_of_range, {{ column }} as rows_found from counted where {{ column }} > 0
    {{- " union all" if not loop.last }}
    {%- endfor %}
{% endtest %}
