{#-
    A date before all stored games. Tables that refuse a query without a partition filter are read from here on, so that a
    full refresh may read them as well.
-#}
{% macro first_stored_date() -%} cast('2000-01-01' as date) {%- endmacro %}
