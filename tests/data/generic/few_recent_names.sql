{#- At most so many distinct names stay unresolved among those seen in the 7 days before the newest one. -#}
{% test few_recent_names(model, most) %}
    select count(distinct player_name_raw) as names
    from {{ model }}
    where last_seen > (select {{ date_add_days("max(last_seen)", -7) }} from {{ model }})
    having count(distinct player_name_raw) > {{ most }}
{% endtest %}
