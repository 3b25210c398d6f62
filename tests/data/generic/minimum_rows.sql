{#-
    Every group of rows (a game, a roster, a load) has at least `minimum` rows, or exactly as many with `is_exact`. A group
    that falls short is a failure of the configured severity; a table without rows is a warning at most, because a source
    may be out of season. `partition_date` names the column by which a table must be filtered.
-#}
{% test minimum_rows(model, minimum, per=[], is_exact=false, partition_date=none) %}
    {{ config(fail_calc="coalesce(sum(weight), 0)", warn_if="> 0", error_if=">= 1000") }}

    with

    row_groups as (
        select
            {{ (per + ["count(*) as rows_found"]) | join(", ") }}
        from {{ model }}
        {%- if partition_date %}
        where {{ partition_date }} >= {{ first_stored_date() }}
        {%- endif %}
        {%- if per %}
        group by {{ per | join(", ") }}
        {%- endif %}
    )

    select
        case when rows_found = 0 then 1 else 1000 end as weight,
        count(*) as groups_short
    from row_groups
    where {% if is_exact %} rows_found <> {{ minimum }} {% else %} rows_found < {{ minimum }} {% endif %}
    group by case when rows_found = 0 then 1 else 1000 end
    {%- if per %}

    union all

    select
        1 as weight,
        0 as groups_short
    from (select count(*) as groups_found from row_groups) as counted
    where groups_found = 0
    {%- endif %}
{% endtest %}
