-- Holds a ban and tells everybody. KEYS: the hash of bans. ARGV: whom it is for, how many milliseconds it lasts, the channel.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = now + ARGV[2]
local held = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if held < ends then
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', ends))
  redis.call('PUBLISH', ARGV[3], ARGV[2] .. ' ' .. ARGV[1])
end
redis.call('PEXPIRE', KEYS[1], 86400000)
return 1
