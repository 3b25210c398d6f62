{#- The column takes at least two values among its rows that are not NULL; a table with fewer than two such rows passes. -#}
{% test not_constant(model, column_name) %}
    select min({{ column_name }}) as only_value, count(*) as rows_found
    from {{ model }}
    where {{ column_name }} is not null
    having count(distinct {{ column_name }}) = 1 and count(*) > 50
{% endtest %}
