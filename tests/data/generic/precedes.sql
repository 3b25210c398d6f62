{#- A date lies strictly before another date column of its row: windows and baselines end before the game ahead. -#}
{% test precedes(model, column_name, later) %}
    select {{ column_name }}, {{ later }}
    from {{ model }}
    where {{ column_name }} >= {{ later }}
{% endtest %}
