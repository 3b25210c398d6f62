{%- set window = decision_window() -%}
{%- set effort_hours = var("decision_effort_hours") -%}

with

processor_runs as (
    select * from {{ source("nba_processing", "analytics_processor_runs") }}
    where
        run_date >= cast('{{ window["start"][:10] }}' as date)
        and run_date <= cast('{{ window["end"][:10] }}' as date)
        and started_at >= cast('{{ window["start"] }}' as timestamp)
        and started_at < cast('{{ window["end"] }}' as timestamp)
),

-- a run that a change set off and that rebuilt something; one that changed nothing after all is all waste and counts
triggered as (
    select
        processor_runs.processor_name,
        processor_runs.processing_mode,
        processor_runs.duration_seconds,
        {{ run_waste("processor_runs") }} as waste_pct
    from processor_runs
    where
        processor_runs.success
        and processor_runs.entities_processed > 0
),

measured as (
    select
        processor_name,
        processing_mode,
        sum(case when waste_pct is not null then 1 else 0 end) as runs,
        sum(case when waste_pct is null then 1 else 0 end) as unmeasured_runs,
        avg(waste_pct) as avg_waste_pct,
        sum(case when waste_pct is not null then duration_seconds end) / 3600.0 as run_hours,
        sum(duration_seconds * waste_pct) / 100.0 / 3600.0 as wasted_hours
    from triggered
    group by processor_name, processing_mode
),

weekly as (
    select
        *,
        wasted_hours * 7.0 / {{ var("decision_days") }} as wasted_hours_per_week
    from measured
),

priced as (
    select
        *,
        {{ safe_divide(effort_hours, "wasted_hours_per_week") }} as weeks_to_return
    from weekly
),

decided as (
    select
        *,
        case
            when runs = 0 then 'unknown'
            when
                avg_waste_pct > {{ var("decision_implement_waste_pct") }}
                and wasted_hours_per_week > {{ var("decision_implement_hours_per_week") }}
                and runs > {{ var("decision_implement_runs") }}
                and weeks_to_return < {{ var("decision_implement_weeks_to_return") }}
                then 'implement'
            when
                avg_waste_pct > {{ var("decision_monitor_waste_pct") }}
                and wasted_hours_per_week > {{ var("decision_monitor_hours_per_week") }}
                then 'monitor'
            else 'sufficient'
        end as recommendation
    from priced
),

final as (
    select
        processor_name,
        processing_mode,
        cast('{{ window["start"] }}' as timestamp) as window_start,
        cast('{{ window["end"] }}' as timestamp) as window_end,
        cast(runs as int64) as runs,
        cast(unmeasured_runs as int64) as unmeasured_runs,
        {{ round_value("avg_waste_pct") }} as avg_waste_pct,
        {{ round_value("run_hours") }} as run_hours,
        {{ round_value("wasted_hours") }} as wasted_hours,
        {{ round_value("wasted_hours_per_week") }} as wasted_hours_per_week,
        cast({{ effort_hours }} as {{ type_float64() }}) as effort_hours,
        {{ round_value("weeks_to_return") }} as weeks_to_return,
        recommendation,
        case recommendation
            when 'unknown' then concat(cast(unmeasured_runs as string), ' runs, and none measured what changed')
            when 'implement' then concat(
                'waste > {{ var("decision_implement_waste_pct") }} %, hours > {{ var("decision_implement_hours_per_week") }}',
                ' a week, runs > {{ var("decision_implement_runs") }} and back in <',
                ' {{ var("decision_implement_weeks_to_return") }} weeks'
            )
            when 'monitor' then concat(
                'waste > {{ var("decision_monitor_waste_pct") }} %, hours > {{ var("decision_monitor_hours_per_week") }}',
                ' a week; to implement it lacks: ',
                {{ array_join(string_array([
                    "case when not avg_waste_pct > " ~ var("decision_implement_waste_pct") ~ " then 'waste' end",
                    "case when not wasted_hours_per_week > " ~ var("decision_implement_hours_per_week") ~ " then 'hours' end",
                    "case when not runs > " ~ var("decision_implement_runs") ~ " then 'runs' end",
                    "case when not weeks_to_return < " ~ var("decision_implement_weeks_to_return") ~ " then 'return' end",
                ]), ", ") }}
            )
            when 'sufficient' then concat(
                'to monitor it lacks: ',
                {{ array_join(string_array([
                    "case when coalesce(not avg_waste_pct > " ~ var("decision_monitor_waste_pct") ~ ", true) then 'waste' end",
                    "case when coalesce(not wasted_hours_per_week > " ~ var("decision_monitor_hours_per_week") ~ ", true) then 'hours' end",
                ]), ", ") }}
            )
        end as reason
    from decided
)

select * from final
