-- Transactions; picks and considerations carry player 0, which becomes NULL. Each counts as seen at noon UTC.
with identified as (
    select
        * exclude (player_id, player_slug), case when player_id > 0 then cast(player_id as varchar) end as player_id,
        nullif(player_slug, '') as player_slug, nullif(additional_sort, 0) as counterpart_team_id
    from movements
)

select
    transaction_date, transaction_type, group_sort, team_id, teams.team, player_id, player_slug, counterpart_team_id,
    transaction_description as description, 'file' as source_variant, file as source_file,
    cast(transaction_date as timestamp) + interval 12 hour as observed_at,
    case
        when group_sort is null then 'no_group'
        when teams.team is null then 'foreign_team'
        when row_number() over (
            partition by transaction_date, group_sort, team_id, player_id, transaction_type, counterpart_team_id
            order by file_row
        ) > 1 then 'same_key'
    end as refusal
from identified
left join teams using (team_id)
