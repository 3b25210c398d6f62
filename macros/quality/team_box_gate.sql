{#-
    Reasons to hold a game because of its team lines, a comma after each, empty for a game that passes; one row for each
    final game with a team line. `games` and `team_box` name relations with the columns of dim_game and int_team_box.
-#}
{% macro team_box_gate(games, team_box) %}
    {%- set required = [
        "points", "fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts",
        "offensive_rebounds", "defensive_rebounds", "rebounds", "assists", "steals", "blocks", "turnovers",
        "personal_fouls", "team_minutes", "overtime_periods",
    ] %}
    select
        game_id,
        {{ failed_checks({
            "date_differs": "wrong_dates > 0",
            "not_two_teams": "sides != 2 or home_sides != 1 or scheduled_sides != 2",
            "team_value_missing": "incomplete_sides > 0",
            "tied_score": "fewest_points = most_points",
            "score_differs": "wrong_scores > 0",
            "points_do_not_add_up": "wrong_points > 0",
            "rebounds_do_not_add_up": "wrong_rebounds > 0",
            "team_minutes_invalid": "wrong_minutes > 0 or fewest_minutes != most_minutes",
            "possessions_out_of_range": "possession_units not between 14000 and 28000",
        }) }} as reasons
    from (
        select
            games.game_id,
            count(case when lines.game_date != games.game_date then 1 end) as wrong_dates,
            count(*) as sides,
            count(case when lines.is_home then 1 end) as home_sides,
            count(
                case when lines.team = case when lines.is_home then games.home_team else games.away_team end then 1 end
            ) as scheduled_sides,
            count(
                case when lines.{{ required | join(" is null or lines.") }} is null then 1 end
            ) as incomplete_sides,
            count(
                case
                    when lines.points != case when lines.is_home then games.home_score else games.away_score end then 1
                end
            ) as wrong_scores,
            min(lines.points) as fewest_points,
            max(lines.points) as most_points,
            count(
                case when lines.points != 2 * lines.fg_makes + lines.three_makes + lines.ft_makes then 1 end
            ) as wrong_points,
            count(
                case when lines.rebounds != lines.offensive_rebounds + lines.defensive_rebounds then 1 end
            ) as wrong_rebounds,
            count(
                case
                    when lines.team_minutes < 240 then 1
                    when abs(lines.team_minutes - 240 - 25 * round((lines.team_minutes - 240) / 25)) > 0.01 then 1
                end
            ) as wrong_minutes,
            min(lines.team_minutes) as fewest_minutes,
            max(lines.team_minutes) as most_minutes,
            sum({{ possession_units("lines") }}) as possession_units
        from {{ games }} as games
        inner join {{ team_box }} as lines
            on games.game_id = lines.game_id
        group by games.game_id
    ) as measured
{% endmacro %}
