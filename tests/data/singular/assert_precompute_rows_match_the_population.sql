-- Every player of a game ahead has exactly one row in each player model, and nobody else has one.
with

population as (
    select
        game_id,
        player_id
    from {{ ref("upcoming_player_game_context") }}
),

precomputed as (
    select 'player_shot_zone_analysis' as model_name, game_id, player_id from {{ ref("player_shot_zone_analysis") }}
    union all
    select 'player_daily_cache' as model_name, game_id, player_id from {{ ref("player_daily_cache") }}
    union all
    select 'player_composite_factors' as model_name, game_id, player_id from {{ ref("player_composite_factors") }}
    union all
    select 'ml_feature_store_v2' as model_name, game_id, player_id from {{ ref("ml_feature_store_v2") }}
)

select
    population.game_id,
    population.player_id,
    count(precomputed.model_name) as rows_found
from population
left join precomputed
    on population.game_id = precomputed.game_id and population.player_id = precomputed.player_id
group by population.game_id, population.player_id
having count(precomputed.model_name) != 4
union all
select
    precomputed.game_id,
    precomputed.player_id,
    0 as rows_found
from precomputed
left join population
    on precomputed.game_id = population.game_id and precomputed.player_id = population.player_id
where population.game_id is null
