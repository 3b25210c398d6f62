{#- Rows marked as production ready carry every critical column, save those that the `unless` condition excuses. -#}
{% test required_when_ready(model, columns, unless="false") %}
    select *
    from {{ model }}
    where is_production_ready and not ({{ unless }}) and ({{ columns | join(" is null or ") }} is null)
{% endtest %}
