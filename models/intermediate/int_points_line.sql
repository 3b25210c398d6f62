with

props as (
    select * from {{ ref("stg_odds_api__player_points_props") }}
    where game_id is not null and {{ read_scope(date="game_date", game="game_id") }}
),

offers as (
    select * from {{ ref("stg_bettingpros__player_points_props") }}
    where game_id is not null and is_active and {{ read_scope(date="game_date", game="game_id") }}
),

matches as (
    select * from {{ ref("int_player_name_match") }}
    where player_id is not null and {{ read_scope(date="game_date", game="game_id") }}
),

bookmakers as (
    select * from {{ ref("bookmakers") }}
),

quotes as (
    select
        'odds_api' as provider, game_id, game_date, tip_off_utc, bookmaker, player_name_raw, line, over_price,
        under_price, price_updated_at, snapshot_at, source_last_updated
    from props
    union all
    select
        'bettingpros', game_id, game_date, tip_off_utc, bookmaker, player_name_raw, line, over_price, under_price,
        price_updated_at, snapshot_at, source_last_updated
    from offers
),

resolved as (
    select
        quotes.*,
        matches.player_id,
        abs({{ implied_probability("quotes.over_price") }} - {{ implied_probability("quotes.under_price") }})
            as imbalance
    from quotes
    inner join matches
        on
            quotes.game_date = matches.game_date
            and quotes.game_id = matches.game_id
            and quotes.player_name_raw = matches.player_name_raw
            and quotes.provider = matches.source_name
),

-- a ladder of alternate lines has one line at which both sides are about equally likely
balanced as (
    select
        *,
        rank() over (
            partition by game_date, game_id, provider, bookmaker, player_id, snapshot_at
            order by imbalance nulls last
        ) as balance_rank
    from resolved
),

contenders as (
    select
        *,
        count(*) over (
            partition by game_date, game_id, provider, bookmaker, player_id, snapshot_at
        ) as tied
    from balanced
    where balance_rank = 1
),

-- a book with one contender has decided; a tied book asks what the others show at that instant
decided as (
    select * from contenders
    where tied = 1
),

consensus as ({{ median_by("decided", ["game_date", "game_id", "provider", "player_id", "snapshot_at"], "line") }}),

chosen as (
    select
        contenders.*,
        row_number() over (
            partition by
                contenders.game_date, contenders.game_id, contenders.provider, contenders.bookmaker,
                contenders.player_id, contenders.snapshot_at
            order by abs(contenders.line - consensus.line) nulls last, contenders.line
        ) as choice
    from contenders
    left join consensus
        on
            contenders.game_date = consensus.game_date
            and contenders.game_id = consensus.game_id
            and contenders.provider = consensus.provider
            and contenders.player_id = consensus.player_id
            and contenders.snapshot_at = consensus.snapshot_at
),

book_snapshots as (
    select
        game_date,
        game_id,
        provider,
        bookmaker,
        snapshot_at,
        lead(snapshot_at) over (
            partition by game_date, game_id, provider, bookmaker order by snapshot_at
        ) as next_book_snapshot_at
    from (select distinct game_date, game_id, provider, bookmaker, snapshot_at from quotes) as distinct_snapshots
),

followed as (
    select
        chosen.*,
        lead(chosen.snapshot_at) over (
            partition by
                chosen.game_date, chosen.game_id, chosen.provider, chosen.bookmaker, chosen.player_id
            order by chosen.snapshot_at
        ) as next_snapshot_at
    from chosen
    where chosen.choice = 1
),

final as (
    select
        followed.game_id,
        followed.player_id,
        followed.bookmaker,
        followed.provider,
        followed.snapshot_at,
        followed.game_date,
        followed.tip_off_utc,
        case when not coalesce(bookmakers.is_pickem, false) then bookmakers.line_rank end as line_rank,
        followed.line,
        followed.over_price,
        followed.under_price,
        followed.price_updated_at,
        case
            when
                book_snapshots.next_book_snapshot_at is not null
                and (
                    followed.next_snapshot_at is null
                    or followed.next_snapshot_at > book_snapshots.next_book_snapshot_at
                )
                then book_snapshots.next_book_snapshot_at
        end as withdrawn_at,
        followed.source_last_updated
    from followed
    inner join book_snapshots
        on
            followed.game_date = book_snapshots.game_date
            and followed.game_id = book_snapshots.game_id
            and followed.provider = book_snapshots.provider
            and followed.bookmaker = book_snapshots.bookmaker
            and followed.snapshot_at = book_snapshots.snapshot_at
    left join bookmakers
        on followed.bookmaker = bookmakers.bookmaker
)

select * from final
where {{ write_scope() }}
