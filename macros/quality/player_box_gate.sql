{#-
    Reasons to hold a game because of its player lines, a comma after each, empty for a game that passes; one row for each
    game with player lines. Lines of who did not play have no values; sums are compared when every appearance has all of
    them. Whole-minute logs round each player, so their minutes may miss the team's by four instead of a half.
    `player_box` and `team_box` name relations with the columns of int_player_box and int_team_box.
-#}
{% macro player_box_gate(player_box, team_box) %}
    {%- set summed = [
        "points", "fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts", "rebounds",
        "assists", "steals", "blocks", "turnovers",
    ] %}
    select
        game_id,
        {{ failed_checks({
            "date_differs": "wrong_dates > 0",
            "not_two_teams": "teams_found != 2",
            "too_few_appearances": "fewest_appearances < 5",
            "player_sums_differ": "sides_that_differ > 0",
            "points_do_not_add_up": "wrong_points > 0",
            "rebounds_do_not_add_up": "wrong_rebounds > 0",
            "player_minutes_differ": "sides_off_in_minutes > 0",
            "starters_not_five": "sides_without_five > 0",
        }) }} as reasons
    from (
        select
            sides.game_id,
            count(
                case when sides.first_date != lines.game_date or sides.last_date != lines.game_date then 1 end
            ) as wrong_dates,
            count(lines.team) as teams_found,
            min(sides.appearances) as fewest_appearances,
            count(
                case
                    when sides.incomplete_lines = 0 and (
                        {%- for column in summed %}
                        {{ "or " if not loop.first }}sides.{{ column }} != lines.{{ column }}
                        {%- endfor %}
                    ) then 1
                end
            ) as sides_that_differ,
            max(sides.wrong_points) as wrong_points,
            max(sides.wrong_rebounds) as wrong_rebounds,
            count(
                case
                    when sides.known_minutes < sides.appearances then null
                    when abs(sides.minute_units - {{ as_units("lines.team_minutes", 10000) }}) > sides.minute_tolerance
                        then 1
                end
            ) as sides_off_in_minutes,
            count(case when sides.starters not in (0, 5) then 1 end) as sides_without_five
        from (
            select
                game_id,
                team,
                min(game_date) as first_date,
                max(game_date) as last_date,
                count(case when not is_dnp then 1 end) as appearances,
                count(
                    case when not is_dnp and ({{ summed | join(" is null or ") }} is null) then 1 end
                ) as incomplete_lines,
                {%- for column in summed %}
                sum({{ column }}) as {{ column }},
                {%- endfor %}
                count(minutes) as known_minutes,
                sum({{ as_units("minutes", 10000) }}) as minute_units,
                max(case when minutes_are_whole then 40000 else 5000 end) as minute_tolerance,
                count(
                    case when points != 2 * fg_makes + three_makes + ft_makes then 1 end
                ) as wrong_points,
                count(
                    case when rebounds != offensive_rebounds + defensive_rebounds then 1 end
                ) as wrong_rebounds,
                count(case when is_starter then 1 end) as starters
            from {{ player_box }}
            group by game_id, team
        ) as sides
        left join {{ team_box }} as lines
            on sides.game_id = lines.game_id and sides.team = lines.team
        group by sides.game_id
    ) as measured
{% endmacro %}
