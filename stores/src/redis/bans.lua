-- The bans that hold, and for how many milliseconds. Those that are over are forgotten. KEYS: the hash of bans.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local all, held = redis.call('HGETALL', KEYS[1]), {}
for at = 1, #all, 2 do
  if tonumber(all[at + 1]) > now then
    table.insert(held, all[at])
    table.insert(held, string.format('%.0f', all[at + 1] - now))
  else
    redis.call('HDEL', KEYS[1], all[at])
  end
end
return held
