with

-- both sides of a game and the season so far of either, so narrowed by date alone
spine as (
    select * from {{ ref("int_schedule_spine") }}
    where {{ read_scope(date="game_date", lookback_days=300) }}
),

offense as (
    select * from {{ ref("team_offense_game_summary") }}
    where {{ read_scope(date="game_date", lookback_days=300) }}
),

defense as (
    select * from {{ ref("team_defense_game_summary") }}
    where {{ read_scope(date="game_date", lookback_days=300) }}
),

player_games as (
    select * from {{ ref("player_game_summary") }}
    where {{ read_scope(date="game_date", lookback_days=300) }}
),

game_lines as (
    select * from {{ ref("int_game_line") }}
    where {{ read_scope(date="game_date") }}
),

injury_reports as (
    select * from {{ ref("int_injury_report") }}
    where {{ read_scope(date="game_date") }}
),

injury_submissions as (
    select * from {{ ref("int_injury_submission") }}
    where
        {{ read_scope(date="game_date") }}
        and {{ read_scope(date="report_date", lookback_days=7, lookahead_days=1) }}
),

crews as (
    select * from {{ ref("int_official_crew") }}
    where {{ read_scope(date="game_date") }}
),

games as (
    select
        *,
        case when tip_off_utc < {{ run_as_of() }} then tip_off_utc else {{ run_as_of() }} end as as_of
    from spine
    where
        tip_off_utc is not null
        and tip_off_utc <= {{ timestamp_sub_hours(run_as_of(), -48) }}
        and {{ write_scope() }}
),

-- the schedule decides which games a window holds; one without a summary is a hole in it
finished as (
    select
        spine.team,
        spine.season_year,
        spine.game_id,
        spine.game_date,
        offense.points,
        offense.possessions,
        offense.team_minutes,
        offense.margin,
        offense.win_flag,
        offense.updated_at as offense_updated_at,
        defense.points_allowed,
        defense.opp_ft_attempts,
        defense.opp_fg_attempts,
        defense.updated_at as defense_updated_at
    from spine
    left join offense
        on spine.game_id = offense.game_id and spine.team = offense.team
    left join defense
        on spine.game_id = defense.game_id and spine.team = defense.team
    where spine.is_final and spine.counts_in_windows
),

rolled as (
    select
        team,
        season_year,
        game_date,
        lead(game_date) over season_so_far as next_game_date,
        row_number() over season_so_far as games_so_far,
        count(possessions) over last_10 as team_10_games_found,
        count(*) over last_10 as team_10_games_expected,
        min(game_date) over last_10 as team_10_window_start,
        {{ safe_divide("48 * sum(possessions) over last_10", "sum(team_minutes / 5) over last_10") }} as pace_last_10,
        {{ safe_divide("100 * sum(points) over last_10", "sum(possessions) over last_10") }} as offensive_rating_last_10,
        {{ safe_divide("100 * sum(points_allowed) over last_10", "sum(possessions) over last_10") }}
            as defensive_rating_last_10,
        {{ safe_divide(
            "count(case when abs(margin) >= 15 then 1 end) over last_10", "count(margin) over last_10"
        ) }} as blowout_rate_last_10,
        {{ safe_divide("sum(opp_ft_attempts) over last_10", "sum(opp_fg_attempts) over last_10") }}
            as ft_rate_allowed_last_10,
        {{ safe_divide(
            "count(case when win_flag then 1 end) over to_date", "count(win_flag) over to_date"
        ) }} as season_win_pct,
        margin as last_game_margin,
        win_flag as last_game_won,
        max(case when not win_flag then game_date end) over to_date as last_loss_date,
        max(case when win_flag then game_date end) over to_date as last_win_date,
        max(offense_updated_at) over last_10 as offense_updated_at,
        max(defense_updated_at) over last_10 as defense_updated_at
    from finished
    window
        season_so_far as (partition by team, season_year order by game_date, game_id),
        to_date as (
            partition by team, season_year order by game_date, game_id rows between unbounded preceding and current row
        ),
        last_10 as (
            partition by team, season_year order by game_date, game_id rows between 9 preceding and current row
        )
),

form as (
    select
        rolled.*,
        count(case when rolled.last_game_won then 1 end) over since_loss as wins_in_run,
        count(case when not rolled.last_game_won then 1 end) over since_win as losses_in_run
    from rolled
    window
        since_loss as (partition by team, season_year, last_loss_date order by game_date),
        since_win as (partition by team, season_year, last_win_date order by game_date)
),

recent as (
    select
        games.game_id,
        games.team,
        count(case when earlier.game_date >= {{ date_add_days("games.game_date", -7) }} then 1 end) as games_last_7_days,
        count(earlier.game_id) as games_last_14_days,
        sum(earlier.travel_miles) as miles_before
    from games
    left join spine as earlier
        on
            games.team = earlier.team
            and earlier.counts_in_windows
            and earlier.game_date < games.game_date
            and earlier.game_date >= {{ date_add_days("games.game_date", -14) }}
    group by games.game_id, games.team
),

road as (
    select
        game_id,
        team,
        row_number() over (partition by team, season_year, counts_in_windows order by game_date, game_id) as number,
        max(case when is_home then game_date end) over (
            partition by team, season_year, counts_in_windows order by game_date, game_id
            rows between unbounded preceding and current row
        ) as last_home_date,
        season_year,
        game_date,
        counts_in_windows
    from spine
),

road_trips as (
    select
        game_id,
        team,
        count(*) over (
            partition by team, season_year, counts_in_windows, last_home_date order by game_date, game_id
            rows between unbounded preceding and current row
        ) as games_in_run,
        last_home_date
    from road
),

instants as (
    select distinct game_id, game_date, tip_off_utc, as_of from games
),

visible_lines as (
    select
        game_lines.*,
        row_number() over (
            partition by game_lines.game_id, game_lines.bookmaker order by game_lines.snapshot_at desc
        ) as snapshots_back,
        row_number() over (
            partition by game_lines.game_id, game_lines.bookmaker order by game_lines.snapshot_at
        ) as snapshots_on,
        count(*) over (partition by game_lines.game_id, game_lines.bookmaker) as snapshots
    from game_lines
    inner join instants
        on
            game_lines.game_id = instants.game_id
            and game_lines.snapshot_at < instants.as_of
            and (game_lines.price_updated_at is null or game_lines.price_updated_at < instants.tip_off_utc)
),

newest_lines as (select * from visible_lines where snapshots_back = 1),

opening_lines as (select * from visible_lines where snapshots_on = 1 and snapshots > 1),

spreads as ({{ median_by("newest_lines", ["game_id"], "home_spread") }}),

totals as ({{ median_by("newest_lines", ["game_id"], "game_total") }}),

opening_spreads as ({{ median_by("opening_lines", ["game_id"], "home_spread") }}),

opening_totals as ({{ median_by("opening_lines", ["game_id"], "game_total") }}),

line_times as (
    select
        game_id,
        max(snapshot_at) as game_line_observed_at,
        count(*) as books,
        max(source_last_updated) as source_last_updated
    from newest_lines
    group by game_id
),

submissions as (
    select
        injury_submissions.*,
        row_number() over (
            partition by injury_submissions.game_id, injury_submissions.team order by injury_submissions.report_at desc
        ) as reports_back
    from injury_submissions
    inner join instants
        on injury_submissions.game_id = instants.game_id and injury_submissions.report_at < instants.as_of
),

player_form as (
    select
        player_id,
        season_year,
        game_date,
        lead(game_date) over (partition by player_id, season_year order by game_date, game_id) as next_game_date,
        {{ safe_divide(
            "sum(" ~ as_units("minutes", 10000) ~ ") over last_10",
            "10000 * count(minutes) over last_10"
        ) }} as minutes_avg_last_10
    from player_games
    where not is_dnp and {{ counts_in_windows("season_type") }}
    window
        last_10 as (
            partition by player_id, season_year order by game_date, game_id rows between 9 preceding and current row
        )
),

listed as (
    select
        submissions.game_id,
        submissions.team,
        submissions.report_at,
        injury_reports.injury_status,
        player_form.minutes_avg_last_10
    from submissions
    inner join games
        on submissions.game_id = games.game_id and submissions.team = games.team
    left join injury_reports
        on
            submissions.game_id = injury_reports.game_id
            and submissions.team = injury_reports.team
            and submissions.report_at = injury_reports.report_at
    left join player_form
        on
            injury_reports.player_id = player_form.player_id
            and games.season_year = player_form.season_year
            and games.game_date > player_form.game_date
            and (player_form.next_game_date is null or games.game_date <= player_form.next_game_date)
    where submissions.reports_back = 1 and submissions.is_submitted
),

injuries as (
    select
        game_id,
        team,
        report_at as injury_report_at,
        count(case when injury_status in ('out', 'doubtful') then 1 end) as players_out,
        count(case when injury_status = 'questionable' then 1 end) as players_questionable,
        count(case when injury_status in ('out', 'doubtful') and minutes_avg_last_10 >= 20 then 1 end)
            as rotation_players_out
    from listed
    group by game_id, team, report_at
),

assembled as (
    select
        games.game_id,
        games.team,
        games.game_date,
        games.season,
        games.season_year,
        games.season_type,
        games.tip_off_utc,
        games.as_of,
        games.opponent,
        games.is_home,
        games.game_number_in_season,
        {{ days_between("games.previous_game_date", "games.game_date") }} as days_rest,
        {{ days_between("opponent_games.previous_game_date", "games.game_date") }} as opponent_days_rest,
        recent.games_last_7_days,
        recent.games_last_14_days,
        spreads.home_spread,
        case when games.is_home then spreads.home_spread else -spreads.home_spread end as team_spread,
        case when games.is_home then opening_spreads.home_spread else -opening_spreads.home_spread end
            as opening_team_spread,
        totals.game_total,
        opening_totals.game_total as opening_total,
        line_times.game_line_observed_at,
        line_times.books as line_books,
        line_times.source_last_updated as lines_last_updated,
        games.travel_miles,
        games.time_zone_change,
        case when games.is_home then 0 else road_trips.games_in_run - case when road_trips.last_home_date is null
            then 0 else 1 end end as consecutive_road_games,
        coalesce(recent.miles_before, 0) + coalesce(games.travel_miles, 0) as miles_last_14_days,
        coalesce(form.games_so_far, 0) as games_so_far,
        case when form.last_game_won then form.wins_in_run else 0 end as win_streak,
        case when not form.last_game_won then form.losses_in_run else 0 end as loss_streak,
        form.season_win_pct,
        form.last_game_margin,
        form.last_game_won,
        form.pace_last_10,
        form.offensive_rating_last_10,
        form.defensive_rating_last_10,
        form.blowout_rate_last_10,
        opponent_form.pace_last_10 as opponent_pace_last_10,
        opponent_form.defensive_rating_last_10 as opponent_def_rating_last_10,
        opponent_form.ft_rate_allowed_last_10 as opponent_ft_rate_allowed_last_10,
        injuries.players_out,
        injuries.players_questionable,
        injuries.rotation_players_out,
        injuries.injury_report_at,
        case when crews.assigned_observed_at < games.as_of then crews.assigned_crew_id end as referee_crew_id,
        case when crews.assigned_observed_at < games.as_of then crews.source_last_updated end as crews_last_updated,
        coalesce(form.team_10_games_found, 0) as team_10_games_found,
        coalesce(form.team_10_games_expected, 0) as team_10_games_expected,
        form.team_10_window_start,
        coalesce(opponent_form.team_10_games_found, 0) as opponent_10_games_found,
        coalesce(opponent_form.team_10_games_expected, 0) as opponent_10_games_expected,
        opponent_form.team_10_window_start as opponent_10_window_start,
        games.source_last_updated as schedule_last_updated,
        form.offense_updated_at,
        form.defense_updated_at,
        {{ days_between("games.first_regular_date", "games.game_date") }} as season_day
    from games
    left join spine as opponent_games
        on games.game_id = opponent_games.game_id and games.opponent = opponent_games.team
    left join recent
        on games.game_id = recent.game_id and games.team = recent.team
    left join road_trips
        on games.game_id = road_trips.game_id and games.team = road_trips.team
    left join form
        on
            games.team = form.team
            and games.season_year = form.season_year
            and games.game_date > form.game_date
            and (form.next_game_date is null or games.game_date <= form.next_game_date)
    left join form as opponent_form
        on
            games.opponent = opponent_form.team
            and games.season_year = opponent_form.season_year
            and games.game_date > opponent_form.game_date
            and (opponent_form.next_game_date is null or games.game_date <= opponent_form.next_game_date)
    left join spreads on games.game_id = spreads.game_id
    left join totals on games.game_id = totals.game_id
    left join opening_spreads on games.game_id = opening_spreads.game_id
    left join opening_totals on games.game_id = opening_totals.game_id
    left join line_times on games.game_id = line_times.game_id
    left join injuries on games.game_id = injuries.game_id and games.team = injuries.team
    -- a postponed game was assigned officials for either date
    left join crews on games.game_id = crews.game_id and games.game_date = crews.game_date
),

judged as (
    select
        *,
        case
            when team_10_games_expected = 0 or opponent_10_games_expected = 0 then null
            when {{ safe_divide("team_10_games_found", "team_10_games_expected") }}
                < {{ safe_divide("opponent_10_games_found", "opponent_10_games_expected") }}
                then {{ safe_divide("team_10_games_found", "team_10_games_expected") }}
            else {{ safe_divide("opponent_10_games_found", "opponent_10_games_expected") }}
        end as completeness
    from assembled
),

flagged as (
    select
        *,
        {{ string_array([
            "case when season_day < 7 then 'bootstrap' end",
            "case when team_10_games_found < " ~ minimum_window_games("season_day", 10)
                ~ " or opponent_10_games_found < " ~ minimum_window_games("season_day", 10)
                ~ " then 'too_few_games' end",
            "case when completeness < 1 then 'missing_games' end",
            "case when game_total is null or team_spread is null then 'no_game_lines' end",
            "case when injury_report_at is null then 'no_injury_report' end",
            "case when referee_crew_id is null then 'no_referees' end",
        ]) }} as quality_issues,
        case
            when season_day < 7 or completeness is null or completeness < 0.9
                or team_10_games_found < {{ minimum_window_games("season_day", 10) }}
                or opponent_10_games_found < {{ minimum_window_games("season_day", 10) }}
                then 'unusable'
            when completeness < 1 then 'bronze'
            when game_total is null or team_spread is null or injury_report_at is null or referee_crew_id is null
                then 'silver'
            else 'gold'
        end as quality_tier
    from judged
),

final as (
    select
        game_id,
        team,
        game_date,
        season,
        season_year,
        season_type,
        tip_off_utc,
        as_of,
        opponent,
        is_home,
        cast(game_number_in_season as int64) as game_number_in_season,
        cast(days_rest as int64) as days_rest,
        cast(opponent_days_rest as int64) as opponent_days_rest,
        cast({{ clamp("days_rest - opponent_days_rest", -3, 3) }} as int64) as rest_advantage,
        coalesce(days_rest = 1, false) as is_back_to_back,
        cast(games_last_7_days as int64) as games_last_7_days,
        cast(games_last_14_days as int64) as games_last_14_days,
        {{ round_value("home_spread") }} as home_spread,
        {{ round_value("team_spread") }} as team_spread,
        {{ round_value("opening_team_spread") }} as opening_team_spread,
        {{ round_value("team_spread - opening_team_spread") }} as spread_movement,
        {{ round_value("game_total") }} as game_total,
        {{ round_value("opening_total") }} as opening_total,
        {{ round_value("game_total - opening_total") }} as total_movement,
        {{ round_value("game_total / 2 - team_spread / 2") }} as implied_team_total,
        game_line_observed_at,
        {{ round_value("travel_miles") }} as travel_miles,
        cast(time_zone_change as int64) as time_zone_change,
        cast(consecutive_road_games as int64) as consecutive_road_games,
        {{ round_value("miles_last_14_days") }} as miles_last_14_days,
        cast(coalesce(win_streak, 0) as int64) as win_streak,
        cast(coalesce(loss_streak, 0) as int64) as loss_streak,
        {{ round_ratio("season_win_pct") }} as season_win_pct,
        cast(last_game_margin as int64) as last_game_margin,
        last_game_won,
        {{ round_value("pace_last_10") }} as pace_last_10,
        {{ round_value("offensive_rating_last_10") }} as offensive_rating_last_10,
        {{ round_value("defensive_rating_last_10") }} as defensive_rating_last_10,
        {{ round_ratio("blowout_rate_last_10") }} as blowout_rate_last_10,
        {{ round_value("opponent_pace_last_10") }} as opponent_pace_last_10,
        {{ round_value("opponent_def_rating_last_10") }} as opponent_def_rating_last_10,
        {{ round_ratio("opponent_ft_rate_allowed_last_10") }} as opponent_ft_rate_allowed_last_10,
        {{ round_value("opponent_pace_last_10 - pace_last_10") }} as pace_differential,
        cast(players_out as int64) as players_out,
        cast(players_questionable as int64) as players_questionable,
        cast(rotation_players_out as int64) as rotation_players_out,
        injury_report_at,
        referee_crew_id,
        cast(team_10_games_found as int64) as team_10_games_found,
        cast(team_10_games_expected as int64) as team_10_games_expected,
        team_10_window_start,
        cast(opponent_10_games_found as int64) as opponent_10_games_found,
        cast(opponent_10_games_expected as int64) as opponent_10_games_expected,
        opponent_10_window_start,
        {%- for name, updated, found, share in [
            ("schedule", "schedule_last_updated", "1", "1"),
            ("team_offense", "offense_updated_at", "team_10_games_found", safe_divide("team_10_games_found", "team_10_games_expected")),
            ("team_defense", "defense_updated_at", "team_10_games_found", safe_divide("team_10_games_found", "team_10_games_expected")),
            ("game_lines", "lines_last_updated", "coalesce(line_books, 0)", "case when line_books > 0 then 1 else 0 end"),
            ("injury", "injury_report_at", "coalesce(players_out, 0)", "case when injury_report_at is null then 0 else 1 end"),
            ("referees", "crews_last_updated", "case when referee_crew_id is null then 0 else 1 end", "case when referee_crew_id is null then 0 else 1 end"),
        ] %}
        {{ updated }} as source_{{ name }}_last_updated,
        cast({{ found }} as int64) as source_{{ name }}_rows_found,
        {{ round_ratio(share) }} as source_{{ name }}_completeness_pct,
        {%- endfor %}
        cast(team_10_games_expected as int64) as expected_games,
        cast(team_10_games_found as int64) as found_games,
        {{ round_ratio("completeness") }} as completeness_pct,
        quality_tier != 'unusable' as is_production_ready,
        quality_tier,
        quality_issues
    from flagged
)

select
    *,
    {{ row_columns() }}
from final
where {{ write_scope() }}
