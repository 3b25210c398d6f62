with

spine as (
    select * from {{ ref("int_schedule_spine") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

-- teammates decide stars and vacated usage, so nobody but the date narrows these
player_games as (
    select * from {{ ref("player_game_summary") }}
    where {{ read_scope(date="game_date", lookback_days=300) }}
),

box_listings as (
    select
        game_id,
        player_id,
        game_date,
        team,
        player_name,
        source_last_updated
    from {{ ref("int_player_box") }}
    where {{ read_scope(date="game_date", lookback_days=60) }}
),

rosters as (
    select * from {{ ref("int_team_roster") }}
    where player_id is not null and {{ read_scope(date="roster_date", lookback_days=20) }}
),

movements as (
    select * from {{ ref("stg_nba_com__player_movement") }}
    where {{ read_scope(date="transaction_date", lookback_days=60) }}
),

players as (
    select * from {{ ref("dim_player") }}
),

lines as (
    select * from {{ ref("int_points_line") }}
    where {{ read_scope(date="game_date", player="player_id", game="game_id") }}
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

missing_games as (
    select * from {{ ref("int_team_missing_game") }}
    where {{ read_scope(date="game_date", lookback_days=300) }}
),

games as (
    select
        *,
        case when tip_off_utc < {{ run_as_of() }} then tip_off_utc else {{ run_as_of() }} end as as_of
    from spine
    where tip_off_utc is not null and tip_off_utc <= {{ timestamp_sub_hours(run_as_of(), -48) }}
),

snapshots as (
    select
        team,
        roster_date,
        source_rank,
        max(observed_at) as observed_at
    from rosters
    group by team, roster_date, source_rank
),

-- a roster says who is with a team for two weeks; then only what he was last listed for tells
roster_days as (
    select *
    from (
        select
            games.game_id,
            games.team,
            snapshots.roster_date,
            snapshots.source_rank,
            snapshots.observed_at,
            row_number() over (
                partition by games.game_id, games.team order by snapshots.source_rank, snapshots.roster_date desc
            ) as choice
        from games
        inner join snapshots
            on
                games.team = snapshots.team
                and snapshots.observed_at < games.as_of
                and snapshots.roster_date >= {{ date_add_days("games.game_date", -14) }}
    ) as visible
    where choice = 1
),

from_roster as (
    select
        roster_days.game_id,
        roster_days.team,
        rosters.player_id,
        rosters.player_name,
        'roster' as roster_source,
        rosters.observed_at as observed_at,
        rosters.source_last_updated
    from roster_days
    inner join rosters
        on
            roster_days.team = rosters.team
            and roster_days.roster_date = rosters.roster_date
            and roster_days.source_rank = rosters.source_rank
),

listing_spells as (
    select
        *,
        lead(game_date) over (partition by player_id order by game_date, game_id) as next_listing_date
    from box_listings
),

from_recent_box as (
    select
        games.game_id,
        games.team,
        listing_spells.player_id,
        listing_spells.player_name,
        'recent_box' as roster_source,
        cast(listing_spells.game_date as timestamp) as observed_at,
        listing_spells.source_last_updated
    from games
    left join roster_days
        on games.game_id = roster_days.game_id and games.team = roster_days.team
    inner join listing_spells
        on
            games.team = listing_spells.team
            and games.game_date > listing_spells.game_date
            and (
                listing_spells.next_listing_date is null or games.game_date <= listing_spells.next_listing_date
            )
            and games.game_date <= {{ date_add_days("listing_spells.game_date", 30) }}
    where roster_days.game_id is null
),

-- of several moves on one day the last in the order signed, traded, waived stands
moves as (
    select
        player_id,
        team,
        transaction_type,
        transaction_date,
        player_slug,
        lead(transaction_date) over (
            partition by player_id order by transaction_date, group_sort, transaction_type, team
        ) as next_transaction_date,
        source_last_updated
    from movements
),

counted_teams as (
    select
        game_id,
        team,
        roster_source,
        max(observed_at) as observed_at
    from (select * from from_roster union all select * from from_recent_box) as based
    group by game_id, team, roster_source
),

-- a newcomer completes a list and begins none; a move that was undone shows in his next box with the old team
arrivals as (
    select
        games.game_id,
        games.team,
        moves.player_id,
        coalesce(players.player_name, replace(moves.player_slug, '-', ' ')) as player_name,
        counted_teams.roster_source,
        cast(moves.transaction_date as timestamp) as observed_at,
        moves.source_last_updated
    from games
    inner join counted_teams
        on games.game_id = counted_teams.game_id and games.team = counted_teams.team
    inner join moves
        on
            games.team = moves.team
            and games.game_date > moves.transaction_date
            and (moves.next_transaction_date is null or games.game_date <= moves.next_transaction_date)
            and games.game_date <= {{ date_add_days("moves.transaction_date", 30) }}
    left join players
        on moves.player_id = players.player_id
    left join listing_spells
        on
            moves.player_id = listing_spells.player_id
            and moves.team != listing_spells.team
            and moves.transaction_date < listing_spells.game_date
            and games.game_date > listing_spells.game_date
            and (
                listing_spells.next_listing_date is null or games.game_date <= listing_spells.next_listing_date
            )
    where
        listing_spells.player_id is null
        and moves.transaction_type in ('Signing', 'Trade', 'AwardOnWaivers')
        and (
            counted_teams.roster_source = 'recent_box'
            or cast(moves.transaction_date as timestamp) > counted_teams.observed_at
        )
),

listed as (
    select * from from_roster
    union all
    select * from from_recent_box
    union all
    select * from arrivals
),

-- who was waived, or went to another team, after he was listed is gone
population as (
    select
        listed.*,
        row_number() over (
            partition by listed.game_id, listed.player_id order by listed.observed_at desc, listed.team
        ) as choice
    from listed
    inner join games
        on listed.game_id = games.game_id and listed.team = games.team
    left join moves
        on
            listed.player_id = moves.player_id
            and games.game_date > moves.transaction_date
            and (moves.next_transaction_date is null or games.game_date <= moves.next_transaction_date)
            and cast(moves.transaction_date as timestamp) > listed.observed_at
    where
        moves.player_id is null
        or (moves.transaction_type != 'Waive' and moves.team = listed.team)
),

members as (
    select
        games.*,
        population.player_id,
        coalesce(players.player_name, population.player_name) as player_name,
        coalesce(players.player_lookup, {{ normalize_name("population.player_name") }}) as player_lookup,
        players.position,
        population.roster_source,
        population.source_last_updated as roster_last_updated,
        count(*) over (partition by games.game_id, games.team) as listed_players
    from population
    inner join games
        on population.game_id = games.game_id and population.team = games.team
    left join players
        on population.player_id = players.player_id
    where population.choice = 1
),

appearances as (
    -- whole units add up to the same sum in every order
    select
        *,
        {{ as_units("minutes", 10000) }} as minute_units,
        {{ as_units("usage_rate", 1000000) }} as usage_units,
        case when usage_rate is not null then {{ as_units("minutes", 10000) }} end as usage_minute_units
    from player_games
    where not is_dnp and {{ counts_in_windows("season_type") }}
),

-- state after each game played, valid until the next one
form as (
    select
        player_id,
        season_year,
        game_date,
        lead(game_date) over season_so_far as next_game_date,
        row_number() over season_so_far as games_played,
        min(game_date) over last_10 as window_start,
        count(*) over last_10 as player_10_games_found,
        {{ safe_divide("sum(points) over to_date", "count(points) over to_date") }} as points_avg_season,
        {{ safe_divide("sum(minute_units) over to_date", "10000 * count(minute_units) over to_date") }}
            as minutes_avg_season,
        {{ safe_divide("sum(minute_units) over last_10", "10000 * count(minute_units) over last_10") }}
            as minutes_avg_last_10,
        {{ safe_divide(
            "sum(usage_units * usage_minute_units) over last_10", "1000000 * sum(usage_minute_units) over last_10"
        ) }} as usage_rate_last_10,
        max(updated_at) over last_10 as player_game_updated_at
    from appearances
    window
        season_so_far as (partition by player_id, season_year order by game_date, game_id),
        to_date as (
            partition by player_id, season_year order by game_date, game_id
            rows between unbounded preceding and current row
        ),
        last_10 as (
            partition by player_id, season_year order by game_date, game_id rows between 9 preceding and current row
        )
),

line_games as (
    select
        player_id,
        season_year,
        game_date,
        points_line as previous_line,
        lead(game_date) over by_game as next_game_date,
        {{ safe_divide(
            "count(case when over_under_result = 'OVER' then 1 end) over last_10",
            "count(case when over_under_result != 'PUSH' then 1 end) over last_10"
        ) }} as over_rate_last_10_lines,
        avg(line_margin) over last_5 as line_margin_avg_last_5
    from appearances
    where points_line is not null
    window
        by_game as (partition by player_id, season_year order by game_date, game_id),
        last_10 as (
            partition by player_id, season_year order by game_date, game_id rows between 9 preceding and current row
        ),
        last_5 as (
            partition by player_id, season_year order by game_date, game_id rows between 4 preceding and current row
        )
),

rested as (
    select
        appearances.*,
        lag(game_date) over (partition by player_id, season_year order by game_date, game_id) as previous_game_date
    from appearances
),

load as (
    select
        members.game_id,
        members.player_id,
        max(rested.game_date) as last_game_date,
        count(case when rested.game_date >= {{ date_add_days("members.game_date", -7) }} then 1 end)
            as games_last_7_days,
        count(rested.game_id) as games_last_14_days,
        sum(case when rested.game_date >= {{ date_add_days("members.game_date", -7) }} then rested.minute_units end) / 10000
            as minutes_last_7_days,
        sum(rested.minute_units) / 10000 as minutes_last_14_days,
        count(case when {{ days_between("rested.previous_game_date", "rested.game_date") }} = 1 then 1 end)
            as back_to_backs_last_14_days
    from members
    left join rested
        on
            members.player_id = rested.player_id
            and members.season_year = rested.season_year
            and rested.game_date < members.game_date
            and rested.game_date >= {{ date_add_days("members.game_date", -14) }}
    group by members.game_id, members.player_id
),

holes as (
    select
        members.game_id,
        members.player_id,
        count(missing_games.game_id) as missing
    from members
    inner join form
        on
            members.player_id = form.player_id
            and members.season_year = form.season_year
            and members.game_date > form.game_date
            and (form.next_game_date is null or members.game_date <= form.next_game_date)
    inner join missing_games
        on
            members.team = missing_games.team
            and missing_games.game_date < members.game_date
            and missing_games.game_date >= form.window_start
    group by members.game_id, members.player_id
),

instants as (
    select distinct game_id, game_date, tip_off_utc, as_of from games
),

current_lines as ({{ points_line_at("lines", "instants") }}),

-- the newest game on the wrong side of today's line ends the run, a push does too
line_runs as (
    select
        members.game_id,
        members.player_id,
        count(case when appearances.points > current_lines.points_line then 1 end) as games_over,
        max(case when appearances.points <= current_lines.points_line then appearances.game_date end) as last_not_over,
        max(case when appearances.points >= current_lines.points_line then appearances.game_date end) as last_not_under
    from members
    inner join current_lines
        on members.game_id = current_lines.game_id and members.player_id = current_lines.player_id
    inner join appearances
        on
            members.player_id = appearances.player_id
            and members.season_year = appearances.season_year
            and appearances.game_date < members.game_date
    where current_lines.points_line is not null
    group by members.game_id, members.player_id
),

streaks as (
    select
        line_runs.game_id,
        line_runs.player_id,
        count(
            case when line_runs.last_not_over is null or appearances.game_date > line_runs.last_not_over then 1 end
        ) as prop_over_streak,
        count(
            case when line_runs.last_not_under is null or appearances.game_date > line_runs.last_not_under then 1 end
        ) as prop_under_streak
    from line_runs
    inner join members
        on line_runs.game_id = members.game_id and line_runs.player_id = members.player_id
    inner join appearances
        on
            members.player_id = appearances.player_id
            and members.season_year = appearances.season_year
            and appearances.game_date < members.game_date
    group by line_runs.game_id, line_runs.player_id
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

team_reports as (
    select * from submissions
    where reports_back = 1 and is_submitted
),

absences as (
    select
        team_reports.game_id,
        team_reports.team,
        injury_reports.player_id,
        injury_reports.injury_status,
        injury_reports.reason_category,
        injury_reports.injury_status in ('out', 'doubtful') as is_out,
        form.games_played >= 10
        and (
            form.points_avg_season >= 18
            or (form.minutes_avg_season >= 28 and form.points_avg_season >= 12)
        ) as is_star,
        coalesce(form.usage_rate_last_10 * form.minutes_avg_last_10 / 48, 0) as usage_share
    from team_reports
    inner join games
        on team_reports.game_id = games.game_id and team_reports.team = games.team
    inner join injury_reports
        on
            team_reports.game_id = injury_reports.game_id
            and team_reports.team = injury_reports.team
            and team_reports.report_at = injury_reports.report_at
    left join form
        on
            injury_reports.player_id = form.player_id
            and games.season_year = form.season_year
            and games.game_date > form.game_date
            and (form.next_game_date is null or games.game_date <= form.next_game_date)
),

teammates as (
    select
        members.game_id,
        members.player_id,
        count(case when absences.is_out and absences.is_star then 1 end) as star_teammates_out,
        count(case when absences.injury_status = 'questionable' then 1 end) as questionable_teammates,
        count(case when absences.injury_status = 'probable' then 1 end) as probable_teammates,
        coalesce(sum(case when absences.is_out then absences.usage_share end), 0) as vacated_usage_rate
    from members
    inner join team_reports
        on members.game_id = team_reports.game_id and members.team = team_reports.team
    left join absences
        on
            members.game_id = absences.game_id
            and members.team = absences.team
            and members.player_id != absences.player_id
    group by members.game_id, members.player_id
),

assembled as (
    select
        members.*,
        current_lines.points_line as current_points_line,
        current_lines.points_line_book as current_line_book,
        current_lines.points_line_observed_at as current_line_observed_at,
        current_lines.over_price,
        current_lines.under_price,
        current_lines.opening_points_line,
        coalesce(current_lines.books_count, 0) as books_count,
        current_lines.line_std_across_books,
        current_lines.source_last_updated as lines_last_updated,
        line_games.previous_line,
        streaks.prop_over_streak,
        streaks.prop_under_streak,
        line_games.over_rate_last_10_lines,
        line_games.line_margin_avg_last_5,
        {{ days_between("coalesce(load.last_game_date, form.game_date)", "members.game_date") }} as days_rest,
        load.games_last_7_days,
        load.games_last_14_days,
        coalesce(load.minutes_last_7_days, 0) as minutes_last_7_days,
        coalesce(load.minutes_last_14_days, 0) as minutes_last_14_days,
        {{ safe_divide("load.minutes_last_7_days", "load.games_last_7_days") }} as avg_minutes_last_7_days,
        load.back_to_backs_last_14_days,
        case
            when team_reports.game_id is null then null else coalesce(absences.injury_status, 'available')
        end as injury_status,
        absences.reason_category as injury_reason_category,
        team_reports.report_at as injury_report_at,
        team_reports.source_last_updated as injury_last_updated,
        teammates.star_teammates_out,
        teammates.questionable_teammates,
        teammates.probable_teammates,
        form.usage_rate_last_10,
        teammates.vacated_usage_rate,
        coalesce(form.player_10_games_found, 0) as player_10_games_found,
        coalesce(form.player_10_games_found, 0) + coalesce(holes.missing, 0) as player_10_games_expected,
        form.window_start as player_10_window_start,
        form.player_game_updated_at
    from members
    left join current_lines
        on members.game_id = current_lines.game_id and members.player_id = current_lines.player_id
    left join streaks
        on members.game_id = streaks.game_id and members.player_id = streaks.player_id
    left join load
        on members.game_id = load.game_id and members.player_id = load.player_id
    left join holes
        on members.game_id = holes.game_id and members.player_id = holes.player_id
    left join teammates
        on members.game_id = teammates.game_id and members.player_id = teammates.player_id
    left join team_reports
        on members.game_id = team_reports.game_id and members.team = team_reports.team
    left join absences
        on
            members.game_id = absences.game_id
            and members.team = absences.team
            and members.player_id = absences.player_id
    left join form
        on
            members.player_id = form.player_id
            and members.season_year = form.season_year
            and members.game_date > form.game_date
            and (form.next_game_date is null or members.game_date <= form.next_game_date)
    left join line_games
        on
            members.player_id = line_games.player_id
            and members.season_year = line_games.season_year
            and members.game_date > line_games.game_date
            and (line_games.next_game_date is null or members.game_date <= line_games.next_game_date)
),

judged as (
    select
        *,
        {{ safe_divide("player_10_games_found", "player_10_games_expected") }} as completeness
    from assembled
),

flagged as (
    select
        *,
        {{ string_array([
            "case when listed_players < 11 then 'too_few_listed' end",
            "case when player_10_games_found = 0 then 'no_games' end",
            "case when completeness < 1 then 'missing_games' end",
            "case when roster_source = 'recent_box' then 'roster_from_recent_box' end",
            "case when current_points_line is null then 'no_points_line' end",
            "case when injury_report_at is null then 'no_injury_report' end",
        ]) }} as quality_issues,
        case
            when listed_players < 11 or completeness is null or completeness < 0.9 then 'unusable'
            when completeness < 1 or roster_source = 'recent_box' then 'bronze'
            when current_points_line is null or injury_report_at is null then 'silver'
            else 'gold'
        end as quality_tier
    from judged
),

final as (
    select
        game_id,
        player_id,
        game_date,
        season,
        season_year,
        season_type,
        tip_off_utc,
        as_of,
        player_lookup,
        player_name,
        team,
        opponent,
        is_home,
        roster_source,
        position,
        current_points_line is not null as has_prop_line,
        {{ round_value("current_points_line") }} as current_points_line,
        current_line_book,
        current_line_observed_at,
        cast(over_price as int64) as over_price,
        cast(under_price as int64) as under_price,
        {{ round_value("opening_points_line") }} as opening_points_line,
        {{ round_value("current_points_line - opening_points_line") }} as line_movement,
        cast(books_count as int64) as books_count,
        {{ round_value("line_std_across_books") }} as line_std_across_books,
        {{ round_value("previous_line") }} as previous_line,
        case when current_points_line is not null then coalesce(prop_over_streak, 0) end as prop_over_streak,
        case when current_points_line is not null then coalesce(prop_under_streak, 0) end as prop_under_streak,
        {{ round_ratio("over_rate_last_10_lines") }} as over_rate_last_10_lines,
        {{ round_value("line_margin_avg_last_5") }} as line_margin_avg_last_5,
        cast(days_rest as int64) as days_rest,
        coalesce(days_rest = 1, false) as is_back_to_back,
        cast(games_last_7_days as int64) as games_last_7_days,
        cast(games_last_14_days as int64) as games_last_14_days,
        {{ round_value("minutes_last_7_days") }} as minutes_last_7_days,
        {{ round_value("minutes_last_14_days") }} as minutes_last_14_days,
        {{ round_value("avg_minutes_last_7_days") }} as avg_minutes_last_7_days,
        cast(back_to_backs_last_14_days as int64) as back_to_backs_last_14_days,
        injury_status,
        injury_reason_category,
        injury_report_at,
        star_teammates_out,
        questionable_teammates,
        probable_teammates,
        {{ round_ratio("usage_rate_last_10") }} as usage_rate_last_10,
        {{ round_ratio("vacated_usage_rate") }} as vacated_usage_rate,
        {{ round_ratio(
            clamp("usage_rate_last_10 / (1 - " ~ clamp("vacated_usage_rate", 0, 0.6) ~ ")", 0, 0.45)
        ) }} as projected_usage_rate,
        cast(player_10_games_found as int64) as player_10_games_found,
        cast(player_10_games_expected as int64) as player_10_games_expected,
        player_10_window_start,
        {%- for name, updated, found, share in [
            ("roster", "roster_last_updated", "listed_players", "1"),
            ("player_game", "player_game_updated_at", "player_10_games_found", "completeness"),
            ("props", "lines_last_updated", "books_count", "case when books_count > 0 then 1 else 0 end"),
            ("injury", "injury_last_updated", "case when injury_report_at is null then 0 else 1 end", "case when injury_report_at is null then 0 else 1 end"),
        ] %}
        {{ updated }} as source_{{ name }}_last_updated,
        cast({{ found }} as int64) as source_{{ name }}_rows_found,
        {{ round_ratio(share) }} as source_{{ name }}_completeness_pct,
        {%- endfor %}
        cast(player_10_games_expected as int64) as expected_games,
        cast(player_10_games_found as int64) as found_games,
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
