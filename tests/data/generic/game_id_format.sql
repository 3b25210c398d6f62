{#- Every value is a whole NBA.com game id: a source that drops the leading zeros is padded where it is loaded. -#}
{% test game_id_format(model, column_name) %}
    select {{ column_name }}
    from {{ model }}
    where not coalesce({{ matches(column_name, "^00[1-6][0-9]{7}$") }}, false)
{% endtest %}
