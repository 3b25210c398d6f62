-- a spell ends with the next one only, so players of former seasons still have an open one
select players.player_id, players.player_name, spells.team
from nba_reference.dim_player_team as spells
inner join nba_reference.dim_player as players using (player_id)
where
    $date between spells.valid_from and coalesce(spells.valid_to, $date)
    and players.last_season = (select max(last_season) from nba_reference.dim_player)
    and players.player_name is not null
    and spells.team is not null
order by players.player_id
