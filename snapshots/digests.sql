{% snapshot snap_bdl_player_boxscores %}
select * from {{ ref("digest_bdl_player_boxscores") }}
{% endsnapshot %}

{% snapshot snap_bettingpros_player_points_props %}
select * from {{ ref("digest_bettingpros_player_points_props") }}
{% endsnapshot %}

{% snapshot snap_bigdataball_play_by_play %}
select * from {{ ref("digest_bigdataball_play_by_play") }}
{% endsnapshot %}

{% snapshot snap_espn_team_rosters %}
select * from {{ ref("digest_espn_team_rosters") }}
{% endsnapshot %}

{% snapshot snap_nbac_schedule %}
select * from {{ ref("digest_nbac_schedule") }}
{% endsnapshot %}

{% snapshot snap_nbac_scoreboard_v2 %}
select * from {{ ref("digest_nbac_scoreboard_v2") }}
{% endsnapshot %}

{% snapshot snap_nbac_boxscore_players %}
select * from {{ ref("digest_nbac_boxscore_players") }}
{% endsnapshot %}

{% snapshot snap_nbac_player_boxscores %}
select * from {{ ref("digest_nbac_player_boxscores") }}
{% endsnapshot %}

{% snapshot snap_nbac_gamebook_player_stats %}
select * from {{ ref("digest_nbac_gamebook_player_stats") }}
{% endsnapshot %}

{% snapshot snap_nbac_team_boxscore %}
select * from {{ ref("digest_nbac_team_boxscore") }}
{% endsnapshot %}

{% snapshot snap_nbac_play_by_play %}
select * from {{ ref("digest_nbac_play_by_play") }}
{% endsnapshot %}

{% snapshot snap_nbac_shot_chart %}
select * from {{ ref("digest_nbac_shot_chart") }}
{% endsnapshot %}

{% snapshot snap_nbac_injury_report %}
select * from {{ ref("digest_nbac_injury_report") }}
{% endsnapshot %}

{% snapshot snap_nbac_player_list_current %}
select * from {{ ref("digest_nbac_player_list_current") }}
{% endsnapshot %}

{% snapshot snap_nbac_player_movement %}
select * from {{ ref("digest_nbac_player_movement") }}
{% endsnapshot %}

{% snapshot snap_nbac_team_rosters %}
select * from {{ ref("digest_nbac_team_rosters") }}
{% endsnapshot %}

{% snapshot snap_nbac_referee_game_assignments %}
select * from {{ ref("digest_nbac_referee_game_assignments") }}
{% endsnapshot %}

{% snapshot snap_odds_api_player_points_props %}
select * from {{ ref("digest_odds_api_player_points_props") }}
{% endsnapshot %}

{% snapshot snap_odds_api_game_lines %}
select * from {{ ref("digest_odds_api_game_lines") }}
{% endsnapshot %}
