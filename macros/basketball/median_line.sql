{#-
    Median of a column per key over rows where it is known, as a query: the mean of the middle value or the middle two.
    `source` names a relation, `keys` its key columns, `column` the value.
-#}
{% macro median_by(source, keys, column) %}
    select
        {{ keys | join(", ") }},
        avg({{ column }}) as {{ column }}
    from (
        select
            {{ keys | join(", ") }},
            {{ column }},
            row_number() over (partition by {{ keys | join(", ") }} order by {{ column }}) as position,
            count(*) over (partition by {{ keys | join(", ") }}) as positions
        from {{ source }}
        where {{ column }} is not null
    ) as placed
    where 2 * position between positions and positions + 2
    group by {{ keys | join(", ") }}
{% endmacro %}
