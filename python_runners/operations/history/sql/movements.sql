-- Transactions; picks and considerations carry player 0, which becomes NULL.
select distinct
    transaction_date, transaction_type, group_sort, team_id, teams.team,
    case when player_id > 0 then cast(player_id as varchar) end as player_id, player_slug,
    nullif(additional_sort, 0) as counterpart_team_id, transaction_description as description,
    'file' as source_variant, file as source_file, cast(transaction_date as timestamp) + interval 12 hour as observed_at,
    case when group_sort is null then 'no_group' end as refusal
from movements
left join teams using (team_id)
qualify row_number() over (
    partition by transaction_date, group_sort, team_id, player_id, transaction_type order by transaction_description
) = 1
