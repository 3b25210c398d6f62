{#-
    The points line of every player at an instant per game, as a query.

    `lines` names a relation with the columns of int_points_line, `instants` one with game_id, game_date, tip_off_utc and
    as_of. A snapshot counts when it was taken before as_of and its price was set before tip-off. The line is that of
    the first ranked book that still shows one; the opening is the same book's earliest, and needs a second snapshot. A
    book that both feeds carry counts once, as The Odds API has it.
-#}
{% macro points_line_at(lines, instants) %}
    select
        game_id,
        game_date,
        player_id,
        max(case when book_choice = 1 then line end) as points_line,
        max(case when book_choice = 1 then bookmaker end) as points_line_book,
        max(case when book_choice = 1 then snapshot_at end) as points_line_observed_at,
        max(case when book_choice = 1 then over_price end) as over_price,
        max(case when book_choice = 1 then under_price end) as under_price,
        max(case when book_choice = 1 and snapshots > 1 then opening_line end) as opening_points_line,
        max(case when book_choice = 1 and snapshots > 1 then opening_at end) as opening_observed_at,
        count(*) as books_count,
        case when count(*) > 1 then stddev_pop(line) end as line_std_across_books,
        max(source_last_updated) as source_last_updated
    from (
        select
            *,
            row_number() over (
                partition by game_date, game_id, player_id, bookmaker
                order by case provider when 'odds_api' then 1 else 2 end
            ) as provider_choice,
            case
                when line_rank is not null
                    then row_number() over (
                        partition by game_date, game_id, player_id
                        order by
                            case when line_rank is null then 1 else 0 end, line_rank,
                            case provider when 'odds_api' then 1 else 2 end, bookmaker
                    )
            end as book_choice
        from (
            select
                quoted.*,
                instants.as_of,
                row_number() over (
                    partition by quoted.game_date, quoted.game_id, quoted.player_id, quoted.provider, quoted.bookmaker
                    order by quoted.snapshot_at desc
                ) as snapshots_back,
                count(*) over (
                    partition by quoted.game_date, quoted.game_id, quoted.player_id, quoted.provider, quoted.bookmaker
                ) as snapshots,
                first_value(quoted.line) over (
                    partition by quoted.game_date, quoted.game_id, quoted.player_id, quoted.provider, quoted.bookmaker
                    order by quoted.snapshot_at
                ) as opening_line,
                first_value(quoted.snapshot_at) over (
                    partition by quoted.game_date, quoted.game_id, quoted.player_id, quoted.provider, quoted.bookmaker
                    order by quoted.snapshot_at
                ) as opening_at
            from {{ lines }} as quoted
            inner join {{ instants }} as instants
                on
                    quoted.game_id = instants.game_id
                    and quoted.game_date = instants.game_date
                    and quoted.snapshot_at < instants.as_of
                    and quoted.snapshot_at < quoted.tip_off_utc
                    and (quoted.price_updated_at is null or quoted.price_updated_at < quoted.tip_off_utc)
        ) as visible
        where snapshots_back = 1 and (withdrawn_at is null or withdrawn_at >= as_of)
    ) as newest
    where provider_choice = 1
    group by game_id, game_date, player_id
{% endmacro %}
