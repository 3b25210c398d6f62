{%- set windows = ["5", "10", "season"] -%}
{%- set form_columns = [
    "game_number", "found_5", "found_10", "found_season", "start_5", "start_10", "start_season", "points_2", "points_3",
    "points_5", "points_10", "points_season", "squared_points_10", "squared_points_season", "numbered_points_10",
    "minutes_10", "minutes_season", "squared_minutes_10", "weighted_usage_5", "usage_minutes_5", "weighted_usage_10",
    "usage_minutes_10", "weighted_usage_season", "usage_minutes_season", "shooting_possessions_10", "last_change_number",
    "fallback_games", "updated_at",
] -%}

with

player_context as (
    select
        game_id,
        player_id,
        game_date as analysis_date,
        team,
        opponent,
        season_year
    from {{ ref("upcoming_player_game_context") }}
    where {{ read_scope(date="game_date", player="player_id") }}
),

player_game as (
    select
        game_id,
        player_id,
        game_date,
        season_year,
        team,
        opponent,
        points,
        {{ as_units("minutes", 10000) }} as minute_units,
        case when usage_rate is not null then {{ as_units("minutes", 10000) }} end as usage_minute_units,
        {{ as_units("usage_rate", 1000000) }} as usage_units,
        100 * fg_attempts + 44 * ft_attempts as shooting_possession_units,
        case when quality_tier in ('bronze', 'unusable') then 1 else 0 end as fallback_games,
        updated_at
    from {{ ref("player_game_summary") }}
    where
        {{ read_scope(date="game_date", player="player_id", lookback_days=400) }}
        and season_type not in ('preseason', 'all_star')
        and not is_dnp
),

population_listings as (
    select
        player_id,
        season_year,
        game_date,
        game_id,
        team
    from {{ ref("upcoming_player_game_context") }}
    where {{ read_scope(date="game_date", player="player_id", lookback_days=300) }}
),

box_listings as (
    select
        player_id,
        season_year,
        game_date,
        game_id,
        team
    from {{ ref("player_game_summary") }}
    where {{ read_scope(date="game_date", player="player_id", lookback_days=300) }} and season_type != 'all_star'
),

team_missing_game as (
    select * from {{ ref("int_team_missing_game") }}
    where {{ read_scope(date="game_date", lookback_days=300) }}
),

schedule as (
    select
        game_id,
        team,
        game_date,
        season_year,
        first_regular_date,
        is_final and counts_in_windows as enters_windows
    from {{ ref("int_schedule_spine") }}
    where {{ read_scope(date="game_date", lookback_days=300) }}
),

team_offense as (
    select
        game_id,
        team,
        updated_at
    from {{ ref("team_offense_game_summary") }}
    where {{ read_scope(date="game_date", lookback_days=300) }} and is_production_ready
),

stints as ({{ player_stints("population_listings", "box_listings") }}),

-- final games of his team of the day that lack a box score
missing_game as (
    select
        stints.player_id,
        team_missing_game.season_year,
        team_missing_game.game_id,
        team_missing_game.game_date
    from team_missing_game
    inner join stints
        on
            team_missing_game.season_year = stints.season_year
            and team_missing_game.team = stints.team
            and team_missing_game.game_date >= stints.since_date
            and (stints.until_date is null or team_missing_game.game_date < stints.until_date)
),

seasons as (
    select
        season_year,
        min(first_regular_date) as first_regular_date
    from schedule
    group by season_year
),

played as (
    select
        *,
        row_number() over (partition by player_id, season_year order by game_date, game_id) as game_number,
        lead(game_date) over (partition by player_id, season_year order by game_date, game_id) as next_game_date,
        case
            when lag(team) over (partition by player_id, season_year order by game_date, game_id) = team
                and {{ days_between("lag(game_date) over (partition by player_id, season_year order by game_date, game_id)", "game_date") }} <= 14
                then false
            else true
        end as is_change
    from player_game
    where season_year in (select season_year from player_context)
),

-- what is known of a player after each of his games, and so before the next one
form as (
    select
        player_id,
        season_year,
        game_date,
        next_game_date,
        team,
        game_number,
        least(game_number, 5) as found_5,
        least(game_number, 10) as found_10,
        game_number as found_season,
        min(game_date) over last_5 as start_5,
        min(game_date) over last_10 as start_10,
        min(game_date) over season as start_season,
        cast(sum(points) over last_2 as int64) as points_2,
        cast(sum(points) over last_3 as int64) as points_3,
        cast(sum(points) over last_5 as int64) as points_5,
        cast(sum(points) over last_10 as int64) as points_10,
        cast(sum(points) over season as int64) as points_season,
        cast(sum(points * points) over last_10 as int64) as squared_points_10,
        cast(sum(points * points) over season as int64) as squared_points_season,
        cast(sum(game_number * points) over last_10 as int64) as numbered_points_10,
        cast(sum(minute_units) over last_10 as int64) as minutes_10,
        cast(sum(minute_units) over season as int64) as minutes_season,
        cast(sum(minute_units * minute_units) over last_10 as int64) as squared_minutes_10,
        {%- for window in windows %}
        cast(sum(usage_units * usage_minute_units) over {{ "last_" ~ window if window != "season" else window }} as int64)
            as weighted_usage_{{ window }},
        cast(sum(usage_minute_units) over {{ "last_" ~ window if window != "season" else window }} as int64)
            as usage_minutes_{{ window }},
        {%- endfor %}
        cast(sum(shooting_possession_units) over last_10 as int64) as shooting_possessions_10,
        max(case when is_change then game_number end) over season as last_change_number,
        cast(sum(fallback_games) over last_10 as int64) as fallback_games,
        max(updated_at) over season as updated_at
    from played
    window
        last_2 as (
            partition by player_id, season_year order by game_number rows between 1 preceding and current row
        ),
        last_3 as (
            partition by player_id, season_year order by game_number rows between 2 preceding and current row
        ),
        last_5 as (
            partition by player_id, season_year order by game_number rows between 4 preceding and current row
        ),
        last_10 as (
            partition by player_id, season_year order by game_number rows between 9 preceding and current row
        ),
        season as (
            partition by player_id, season_year
            order by game_number
            rows between unbounded preceding and current row
        )
),

-- the newest game at or above the season average ends the streak below it
streaks as (
    select
        form.player_id,
        form.season_year,
        form.game_number,
        form.game_number - coalesce(
            max(case when played.points * form.game_number >= form.points_season then played.game_number end), 0
        ) as games_below_season_avg_streak
    from form
    inner join played
        on
            form.player_id = played.player_id
            and form.season_year = played.season_year
            and form.game_number >= played.game_number
    group by form.player_id, form.season_year, form.game_number
),

ahead as (
    select
        player_context.analysis_date,
        player_context.player_id,
        player_context.game_id,
        player_context.team,
        player_context.opponent,
        player_context.season_year,
        form.team as last_game_team,
        form.game_date as last_game_date,
        {%- for column in form_columns %}
        form.{{ column }},
        {%- endfor %}
        {%- for window in windows %}
        coalesce(form.start_{{ window }}, seasons.first_regular_date) as missing_since_{{ window }},
        {%- endfor %}
        {{ days_between("seasons.first_regular_date", "player_context.analysis_date") }} as season_day
    from player_context
    left join seasons
        on player_context.season_year = seasons.season_year
    left join form
        on
            player_context.player_id = form.player_id
            and player_context.season_year = form.season_year
            and player_context.analysis_date > form.game_date
            and (form.next_game_date is null or player_context.analysis_date <= form.next_game_date)
),

missing as (
    select
        ahead.game_id,
        ahead.player_id,
        {%- for window in windows %}
        cast(sum(
            case when missing_game.game_date >= ahead.missing_since_{{ window }} then 1 else 0 end
        ) as int64) as missing_{{ window }}{{ "," if not loop.last }}
        {%- endfor %}
    from ahead
    inner join missing_game
        on
            ahead.player_id = missing_game.player_id
            and ahead.season_year = missing_game.season_year
            and ahead.analysis_date > missing_game.game_date
    group by ahead.game_id, ahead.player_id
),

meetings as (
    select
        player_context.game_id,
        player_context.player_id,
        count(*) as games,
        cast(sum(player_game.points) as int64) as points
    from player_context
    inner join player_game
        on
            player_context.player_id = player_game.player_id
            and player_context.opponent = player_game.opponent
            and player_context.analysis_date > player_game.game_date
            and player_game.game_date >= {{ date_add_days("player_context.analysis_date", -365) }}
    group by player_context.game_id, player_context.player_id
),

team_dates as (
    select distinct
        analysis_date,
        team,
        season_year
    from player_context
),

team_games as (
    select
        team_dates.analysis_date,
        team_dates.team,
        schedule.game_id,
        schedule.game_date,
        team_offense.game_id is not null as has_box,
        team_offense.updated_at,
        row_number() over (
            partition by team_dates.analysis_date, team_dates.team
            order by schedule.game_date desc, schedule.game_id desc
        ) as games_back
    from team_dates
    inner join schedule
        on
            team_dates.team = schedule.team
            and team_dates.season_year = schedule.season_year
            and team_dates.analysis_date > schedule.game_date
            and schedule.enters_windows
    left join team_offense
        on schedule.game_id = team_offense.game_id and schedule.team = team_offense.team
),

recent_team_games as (
    select * from team_games
    where games_back <= 10
),

-- the team's last ten games, as far back as he was with it and as far as they are in the warehouse
absences as (
    select
        player_context.game_id,
        player_context.player_id,
        count(*) as games_expected,
        cast(sum(
            case when recent_team_games.has_box and missing_game.game_id is null then 1 else 0 end
        ) as int64) as games_found,
        count(
            case when recent_team_games.has_box and missing_game.game_id is null then player_game.game_id end
        ) as appearances,
        max(recent_team_games.updated_at) as updated_at
    from player_context
    inner join stints
        on
            player_context.player_id = stints.player_id
            and player_context.season_year = stints.season_year
            and player_context.team = stints.team
            and player_context.analysis_date >= stints.since_date
            and (stints.until_date is null or player_context.analysis_date <= stints.until_date)
    inner join recent_team_games
        on
            player_context.analysis_date = recent_team_games.analysis_date
            and player_context.team = recent_team_games.team
            and stints.since_date <= recent_team_games.game_date
    left join player_game
        on
            recent_team_games.game_id = player_game.game_id
            and player_context.player_id = player_game.player_id
    left join missing_game
        on
            recent_team_games.game_id = missing_game.game_id
            and player_context.player_id = missing_game.player_id
    group by player_context.game_id, player_context.player_id
),

measured as (
    select
        ahead.analysis_date,
        ahead.player_id,
        ahead.game_id,
        ahead.team,
        ahead.opponent,
        ahead.season_year,
        {{ round_value(safe_divide("ahead.points_3", "least(ahead.game_number, 3)")) }} as points_avg_last_3,
        {{ round_value(safe_divide("ahead.points_5", "ahead.found_5")) }} as points_avg_last_5,
        {{ round_value(safe_divide("ahead.points_10", "ahead.found_10")) }} as points_avg_last_10,
        {{ round_value(safe_divide("ahead.points_season", "ahead.found_season")) }} as points_avg_season,
        {{ round_value(sample_std_of_sums("ahead.found_10", "ahead.points_10", "ahead.squared_points_10")) }}
            as points_std_last_10,
        {{ round_value(
            sample_std_of_sums("ahead.found_season", "ahead.points_season", "ahead.squared_points_season")
        ) }} as points_std_season,
        case
            when ahead.found_10 >= 5
                then {{ round_value(
                    slope_of_sums("ahead.found_10", "ahead.game_number", "ahead.points_10", "ahead.numbered_points_10")
                ) }}
        end as points_slope_last_10,
        {{ round_value(safe_divide("ahead.minutes_10", "(10000 * ahead.found_10)")) }} as minutes_avg_last_10,
        {{ round_value(safe_divide("ahead.minutes_season", "(10000 * ahead.found_season)")) }} as minutes_avg_season,
        {{ round_value(
            sample_std_of_sums("ahead.found_10", "ahead.minutes_10", "ahead.squared_minutes_10") ~ " / 10000"
        ) }} as minutes_std_last_10,
        {{ round_value(safe_divide("10000 * ahead.points_10", "ahead.minutes_10")) }} as points_per_minute_last_10,
        {%- for window in windows %}
        {%- set suffix = window if window == "season" else "last_" ~ window %}
        {{ round_ratio(
            safe_divide("ahead.weighted_usage_" ~ window, "(1000000 * ahead.usage_minutes_" ~ window ~ ")")
        ) }} as usage_rate_{{ suffix }},
        {%- endfor %}
        {{ round_ratio(safe_divide("100 * ahead.points_10", "(2 * ahead.shooting_possessions_10)")) }} as ts_pct_last_10,
        case
            when ahead.game_number >= 5
                then {{ round_value(
                    safe_divide("ahead.points_2", "2") ~ " - " ~ safe_divide("ahead.points_5 - ahead.points_2", "3")
                ) }}
        end as recent_trend_raw,
        streaks.games_below_season_avg_streak,
        coalesce(ahead.game_number, 0) as games_played_season,
        {{ round_value(safe_divide("meetings.points", "meetings.games")) }} as points_avg_vs_opponent_365d,
        coalesce(meetings.games, 0) as games_vs_opponent_365d,
        {{ round_ratio(safe_divide("absences.games_found - absences.appearances", "absences.games_found")) }}
            as dnp_rate_last_10,
        case
            when ahead.game_number is null or ahead.last_game_team != ahead.team then 0
            when {{ days_between("ahead.last_game_date", "ahead.analysis_date") }} > 14 then 0
            else least(ahead.game_number - ahead.last_change_number + 1, 30)
        end as games_since_change,
        {%- for window in windows %}
        coalesce(ahead.found_{{ window }}, 0) as player_{{ window }}_games_found,
        coalesce(ahead.found_{{ window }}, 0) + coalesce(missing.missing_{{ window }}, 0)
            as player_{{ window }}_games_expected,
        ahead.start_{{ window }} as player_{{ window }}_window_start,
        {%- endfor %}
        ahead.updated_at as source_player_game_last_updated,
        absences.updated_at as source_team_offense_last_updated,
        coalesce(absences.games_found, 0) as source_team_offense_rows_found,
        {{ round_ratio(safe_divide("absences.games_found", "absences.games_expected")) }}
            as source_team_offense_completeness_pct,
        coalesce(ahead.fallback_games, 0) as fallback_games,
        ahead.season_day is null or ahead.season_day < {{ bootstrap_days() }} as is_bootstrap
    from ahead
    left join streaks
        on
            ahead.player_id = streaks.player_id
            and ahead.season_year = streaks.season_year
            and ahead.game_number = streaks.game_number
    left join missing
        on ahead.game_id = missing.game_id and ahead.player_id = missing.player_id
    left join meetings
        on ahead.game_id = meetings.game_id and ahead.player_id = meetings.player_id
    left join absences
        on ahead.game_id = absences.game_id and ahead.player_id = absences.player_id
),

judged as (
    select
        *,
        case
            when player_season_games_expected > 0
                then least(
                    {%- for window in windows %}
                    coalesce({{ round_ratio(safe_divide(
                        "player_" ~ window ~ "_games_found", "player_" ~ window ~ "_games_expected"
                    )) }}, 1){{ "," if not loop.last }}
                    {%- endfor %}
                )
        end as completeness_pct,
        player_season_games_found < 5 as is_below_minimum,
        points_std_last_10 is null
        or minutes_std_last_10 is null
        or points_per_minute_last_10 is null
        or usage_rate_last_5 is null as is_critical_missing
    from measured
),

tiered as (
    select
        *,
        case
            when is_bootstrap or is_below_minimum or is_critical_missing or coalesce(completeness_pct, 0) < 0.9
                then 'unusable'
            when fallback_games > 0 or completeness_pct < 1 then 'bronze'
            when dnp_rate_last_10 is null then 'silver'
            else 'gold'
        end as quality_tier,
        {{ string_array([
            "case when is_bootstrap then 'bootstrap' end",
            "case when is_below_minimum then 'below_minimum_games' end",
            "case when coalesce(completeness_pct, 0) < 0.9 then 'incomplete_window' end",
            "case when completeness_pct >= 0.9 and completeness_pct < 1 then 'missing_games' end",
            "case when is_critical_missing then 'critical_value_missing' end",
            "case when fallback_games > 0 then 'fallback_source' end",
            "case when dnp_rate_last_10 is null then 'team_games_unknown' end",
        ]) }} as quality_issues
    from judged
),

final as (
    select
        analysis_date,
        player_id,
        game_id,
        team,
        opponent,
        season_year,
        points_avg_last_3,
        points_avg_last_5,
        points_avg_last_10,
        points_avg_season,
        points_std_last_10,
        points_std_season,
        points_slope_last_10,
        minutes_avg_last_10,
        minutes_avg_season,
        minutes_std_last_10,
        points_per_minute_last_10,
        usage_rate_last_5,
        usage_rate_last_10,
        usage_rate_season,
        ts_pct_last_10,
        recent_trend_raw,
        games_below_season_avg_streak,
        games_played_season,
        points_avg_vs_opponent_365d,
        games_vs_opponent_365d,
        dnp_rate_last_10,
        games_since_change,
        {%- for window in windows %}
        player_{{ window }}_games_found,
        player_{{ window }}_games_expected,
        player_{{ window }}_window_start,
        {%- endfor %}
        source_player_game_last_updated,
        player_season_games_found as source_player_game_rows_found,
        {{ round_ratio(safe_divide("player_season_games_found", "player_season_games_expected")) }}
            as source_player_game_completeness_pct,
        source_team_offense_last_updated,
        source_team_offense_rows_found,
        source_team_offense_completeness_pct,
        player_5_games_expected as expected_games,
        player_5_games_found as found_games,
        completeness_pct,
        quality_tier != 'unusable' as is_production_ready,
        quality_tier,
        quality_issues
    from tiered
    where {{ write_scope() }}
)

select
    *,
    {{ row_columns() }}
from final
