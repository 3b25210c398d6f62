with

games as (
    select * from {{ ref("dim_game") }}
    where is_final
),

player_box as (
    select * from {{ ref("int_player_box") }}
),

team_box as (
    select * from {{ ref("int_team_box") }}
),

team_gate as ({{ team_box_gate("games", "team_box") }}),

player_gate as ({{ player_box_gate("player_box", "team_box") }}),

judged as (
    select
        games.game_id,
        games.game_date,
        games.season_year,
        games.season_type,
        coalesce(team_gate.reasons, 'team_box_missing,') as team_reasons,
        coalesce(player_gate.reasons, 'player_box_missing,') as player_reasons
    from games
    left join team_gate
        on games.game_id = team_gate.game_id
    left join player_gate
        on games.game_id = player_gate.game_id
    where team_gate.game_id is not null or player_gate.game_id is not null
),

-- player rows stand on the team lines too, so they wait for both gates
held as (
    select
        *,
        'team_summaries' as held_from,
        team_reasons as reasons
    from judged
    where team_reasons != ''
    union all
    select
        *,
        'player_game_summary' as held_from,
        concat(team_reasons, player_reasons) as reasons
    from judged
    where team_reasons != '' or player_reasons != ''
),

final as (
    select
        game_id,
        held_from,
        game_date,
        season_year,
        season_type,
        {{ split_text("rtrim(reasons, ',')") }} as reasons
    from held
)

select * from final
