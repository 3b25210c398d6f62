{#-
    No column keeps one value through a week (Monday to Sunday) of at least `minimum_rows` known values; gives a row for
    each week and constant column. One pass over the table for all columns.
-#}
{% test varies_each_week(model, columns, date, minimum_rows=100) %}
    with

    weekly as (
        select
            cast({{ dbt.date_trunc("week", date) }} as date) as week_start,
            {%- for column in columns %}
            count({{ column }}) >= {{ minimum_rows }} and min({{ column }}) = max({{ column }}) as frozen_{{ column }}
            {{- "," if not loop.last }}
            {%- endfor %}
        from {{ model }}
        group by cast({{ dbt.date_trunc("week", date) }} as date)
    )

    {%- for column in columns %}
    select week_start, '{{ column }}' as constant_column from weekly where frozen_{{ column }}
    {{- " union all" if not loop.last }}
    {%- endfor %}
{% endtest %}
