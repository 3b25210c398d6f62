{{ source_digest("bigdataball", "bigdataball_play_by_play") }}
