with

running as (
    select * from {{ source("nba_orchestration", "pipeline_execution_log") }}
    where
        status = 'running'
        and lease_expires_at < {{ run_as_of() }}
),

final as (
    select
        execution_id,
        correlation_id,
        phase,
        processor_name,
        game_date,
        attempt,
        started_at,
        lease_expires_at,
        {{ minutes_between("lease_expires_at", run_as_of()) }} as minutes_overdue
    from running
)

select * from final
