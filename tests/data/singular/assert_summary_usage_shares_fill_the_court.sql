-- weighted by minutes, the usage of five players on court sums to one: a fifth of the team's player minutes
select
    players.game_id,
    players.team,
    sum(players.usage_rate * players.minutes) / max(team_line.team_minutes) as mean_usage
from {{ ref("player_game_summary") }} as players
inner join {{ ref("team_offense_game_summary") }} as team_line
    on players.game_id = team_line.game_id and players.team = team_line.team
where not players.is_dnp
group by players.game_id, players.team
having
    count(players.usage_rate) = count(*)
    and abs(sum(players.usage_rate * players.minutes) / max(team_line.team_minutes) - 0.2) > 0.0005
