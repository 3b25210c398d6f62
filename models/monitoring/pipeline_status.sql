with

phase_runs as (
    select
        phase, game_date, execution_id, processor_name, status, started_at, completed_at, duration_seconds,
        coalesce(skip_reason, error_message) as reason
    from {{ source("nba_orchestration", "pipeline_execution_log") }}
),

-- fetches have a log of their own and are phase 1
fetches as (
    select
        1 as phase, game_date, execution_id, scraper_name as processor_name, status, started_at, completed_at,
        duration_seconds, error_message as reason
    from {{ source("nba_orchestration", "scraper_execution_log") }}
),

every_run as (
    select * from phase_runs
    union all
    select * from fetches
),

ranked as (
    select
        *,
        row_number() over (partition by game_date, phase order by started_at desc, execution_id desc) as recency
    from every_run
),

final as (
    select
        game_date,
        cast(phase as int64) as phase,
        max(case when recency = 1 then status end) as newest_status,
        max(case when recency = 1 then processor_name end) as newest_processor,
        max(case when recency = 1 then reason end) as newest_reason,
        max(started_at) as newest_started_at,
        count(*) as runs,
        cast(sum(case when status = 'running' then 1 else 0 end) as int64) as running_runs,
        cast(sum(case when status in ('failed', 'lost', 'blocked') then 1 else 0 end) as int64) as failed_runs,
        {{ round_value("coalesce(sum(duration_seconds), 0)") }} as run_seconds,
        max(case when status = 'success' then completed_at end) as last_success_at
    from ranked
    group by game_date, phase
)

select * from final
