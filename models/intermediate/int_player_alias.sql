with

final as (
    select
        source,
        player_lookup,
        valid_from,
        valid_to,
        player_id
    from {{ ref("player_aliases") }}
    where {{ read_scope(player="player_id") }}
)

select * from final
where {{ write_scope() }}
