-- Lends permits of a rate. KEYS: the lane, a hash with what each holder claimed. ARGV: the holder, the number of its claim, how many permits
-- there are, how many it holds, how many it wants, and pairs of what it gives back: after how many milliseconds, how many.
-- Returns how many more it has now, the most that it may keep, and after how many milliseconds it may ask for more.
-- A claim is what a holder has in all: one that comes again, or late, lends nothing twice.
local LEASE = 4000   -- a holder uses its permits for half of it; then its last calls are answered, and their permits rest
local FRESH = 3      -- seconds in which all holders have claimed again after a restart that may have lost what they held

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local me, number, calls = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local holds, wants = tonumber(ARGV[4]), tonumber(ARGV[5])

local free, users, others, soonest = calls - holds, 1, {}, 250
local back = {}
for at = 6, #ARGV, 2 do
  free = free - ARGV[at + 1]
  table.insert(back, string.format('%.0f:%s', now + ARGV[at], ARGV[at + 1]))
end

local claims = redis.call('HGETALL', KEYS[1])
for at = 1, #claims, 2 do
  local holder = claims[at]
  local last, held, wanted, told, given = string.match(claims[at + 1], '^(%d+) (%d+) (%d+) (%d+) ?(.*)$')
  last, held, wanted, told = tonumber(last), tonumber(held), tonumber(wanted), tonumber(told)
  if holder == me then
    if last > number then
      return {0, calls, 250}
    elseif last == number then
      return {math.max(held - holds, 0), calls, 250}
    end
  elseif told + LEASE <= now then
    redis.call('HDEL', KEYS[1], holder)
  else
    free = free - held
    for ends, many in string.gmatch(given, '(%d+):(%d+)') do
      if tonumber(ends) > now then
        free = free - many
        soonest = math.min(soonest, tonumber(ends) - now)
      end
    end
    if wanted > held or (held > 0 and told + LEASE / 2 > now) then
      users = users + 1
      table.insert(others, {held, wanted})
    end
  end
end

-- What others lack of their even share is kept for them; whoever has more than that gives it up.
local even = math.floor(calls / users)
local share = math.max(even, 1)
local lacking = 0
for _, other in ipairs(others) do
  lacking = lacking + math.max(math.min(other[2], share) - other[1], 0)
end
local info = redis.pcall('INFO', 'server')
local uptime = type(info) == 'string' and tonumber(string.match(info, 'uptime_in_seconds:(%d+)'))
if uptime and uptime < FRESH then
  free = 0
end
free = math.max(free, 0)
local granted = math.min(math.max(wants - holds, 0), math.max(free - lacking, math.min(free, math.max(share - holds, 0))))
local has, most = holds + granted, calls
lacking = math.max(lacking - (free - granted), 0)
if lacking > 0 and has > even then
  most = math.max(even, has - lacking)
end

redis.call('HSET', KEYS[1], me, string.format('%.0f %d %d %.0f %s', number, has, wants, now, table.concat(back, ',')))
redis.call('PEXPIRE', KEYS[1], 2 * LEASE)
local again = 0
if has < wants then
  again = has < share and math.max(soonest, 20) or 1250
end
return {granted, most, again}
