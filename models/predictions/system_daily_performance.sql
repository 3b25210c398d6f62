{%- set sums = [
    "predictions", "graded", "wins", "losses", "pushes", "voids", "played", "played_with_line", "over_wins", "over_losses",
    "under_wins", "under_losses", "absolute_error", "signed_error", "line_error", "squared_confidence_error",
] -%}

with

accuracy as (
    select
        *,
        substr(game_id, 4, 2) as season
    from {{ ref("prediction_accuracy") }}
    where mode = 'live'
),

daily as (
    select
        game_date,
        season,
        system_id,
        count(*) as predictions,
        sum(case when outcome in ('WIN', 'LOSS', 'PUSH') then 1 else 0 end) as graded,
        sum(case when outcome = 'WIN' then 1 else 0 end) as wins,
        sum(case when outcome = 'LOSS' then 1 else 0 end) as losses,
        sum(case when outcome = 'PUSH' then 1 else 0 end) as pushes,
        sum(case when outcome = 'VOID' then 1 else 0 end) as voids,
        sum(case when absolute_error is not null then 1 else 0 end) as played,
        sum(case when actual_margin is not null then 1 else 0 end) as played_with_line,
        sum(case when outcome = 'WIN' and recommendation = 'OVER' then 1 else 0 end) as over_wins,
        sum(case when outcome = 'LOSS' and recommendation = 'OVER' then 1 else 0 end) as over_losses,
        sum(case when outcome = 'WIN' and recommendation = 'UNDER' then 1 else 0 end) as under_wins,
        sum(case when outcome = 'LOSS' and recommendation = 'UNDER' then 1 else 0 end) as under_losses,
        sum({{ as_units("absolute_error", 10000) }}) as absolute_error,
        sum({{ as_units("signed_error", 10000) }}) as signed_error,
        sum({{ as_units("abs(actual_margin)", 10000) }}) as line_error,
        sum(
            case outcome
                when 'WIN' then {{ as_units("power(confidence - 1, 2)", 100000000) }}
                when 'LOSS' then {{ as_units("power(confidence, 2)", 100000000) }}
            end
        ) as squared_confidence_error
    from accuracy
    group by game_date, season, system_id
),

windows as (
    select 1 as window_days
    union all
    select 7 as window_days
    union all
    select 30 as window_days
    union all
    select 0 as window_days
),

anchors as (
    select
        daily.game_date,
        daily.season,
        daily.system_id,
        cast(windows.window_days as int64) as window_days
    from daily
    cross join windows
),

windowed as (
    select
        anchors.game_date,
        anchors.system_id,
        anchors.window_days,
        {%- for name in sums %}
        cast(sum(daily.{{ name }}) as int64) as {{ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from anchors
    inner join daily
        on anchors.system_id = daily.system_id
        and anchors.season = daily.season
        and daily.game_date <= anchors.game_date
        and (
            anchors.window_days = 0
            or daily.game_date > {{ date_add_days("anchors.game_date", "-anchors.window_days") }}
        )
    group by anchors.game_date, anchors.system_id, anchors.window_days
),

final as (
    select
        game_date,
        system_id,
        window_days,
        predictions,
        graded,
        wins,
        losses,
        pushes,
        voids,
        {{ round_ratio(safe_divide("wins", "(wins + losses)")) }} as hit_rate,
        {{ round_value(safe_divide("absolute_error", "10000 * played")) }} as mae,
        {{ round_value(safe_divide("signed_error", "10000 * played")) }} as bias,
        {{ round_value(safe_divide("line_error", "10000 * played_with_line")) }} as line_mae,
        {{ round_ratio(safe_divide("over_wins", "(over_wins + over_losses)")) }} as over_hit_rate,
        {{ round_ratio(safe_divide("under_wins", "(under_wins + under_losses)")) }} as under_hit_rate,
        {{ round_ratio(safe_divide("squared_confidence_error", "(100000000 * (wins + losses))")) }} as brier
    from windowed
)

select * from final
