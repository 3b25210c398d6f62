-- The registry and the contract of the feature store name the same features; the contract binds the SQL.
{% set declared = [] %}
{% if execute %}
    {% for node in graph.nodes.values() if node.resource_type == "model" and node.name == "ml_feature_store_v2" %}
        {% for column in node.columns if modules.re.match("f[0-9]{2}_", column) %} {% do declared.append(column) %} {% endfor %}
    {% endfor %}
{% endif %}

with

registry as (
    select {{ adapter.quote("column") }} as feature_column
    from {{ ref("feature_registry") }}
    where is_v1
),

contract as (
    select feature_column
    from ({% for column in declared %} {{ "union all " if not loop.first }}select '{{ column }}' as feature_column{% endfor %}
        {{ "select cast(null as string) as feature_column" if not declared }}) as columns_of_the_contract
)

select
    registry.feature_column as only_in_registry,
    contract.feature_column as only_in_contract
from registry
full outer join contract on registry.feature_column = contract.feature_column
where registry.feature_column is null or contract.feature_column is null
