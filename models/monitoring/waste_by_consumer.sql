with

processor_runs as (
    select
        *,
        {{ run_waste("processor_runs") }} as measured_waste_pct
    from {{ source("nba_processing", "analytics_processor_runs") }} as processor_runs
),

final as (
    select
        run_date,
        processor_name,
        processing_mode,
        count(*) as runs,
        cast(sum(case when not success then 1 else 0 end) as int64) as failed_runs,
        cast(sum(case when status = 'skipped' then 1 else 0 end) as int64) as skipped_runs,
        cast(sum(case when success and measured_waste_pct is not null then 1 else 0 end) as int64) as measured_runs,
        cast(sum(case when success then entities_processed end) as int64) as entities_processed,
        cast(sum(case when success then entities_changed end) as int64) as entities_changed,
        {{ round_value("coalesce(sum(duration_seconds), 0)") }} as run_seconds,
        {{ round_value("avg(case when success then measured_waste_pct end)") }} as avg_waste_pct,
        {{ round_value("sum(case when success then duration_seconds * measured_waste_pct end) / 100.0") }} as wasted_seconds
    from processor_runs
    group by run_date, processor_name, processing_mode
)

select * from final
