-- KEYS[1] who looks at a page, KEYS[2] who writes there, KEYS[3] the notices of the console (one hash tag).
-- ARGV[1] the tab, ARGV[2] now in unix ms, ARGV[3] and ARGV[4] until when it looks and writes (0: it does not), ARGV[5] the
-- page, ARGV[6] the lifetime of the keys in ms. A change becomes a notice. Gives the tabs that look, and those that write.
local changed = 0
local found = {}
for number = 1, 2 do
    local key, ends = KEYS[number], tonumber(ARGV[2 + number])
    redis.call('ZREMRANGEBYSCORE', key, '-inf', ARGV[2])
    if ends > 0 then
        changed = changed + redis.call('ZADD', key, ends, ARGV[1])
        redis.call('PEXPIRE', key, ARGV[6])
    else
        changed = changed + redis.call('ZREM', key, ARGV[1])
    end
    found[number] = redis.call('ZRANGE', key, 0, -1)
end
if changed > 0 then
    redis.call('XADD', KEYS[3], 'MAXLEN', '~', 1000, '*', 'about', ARGV[5])
    redis.call('PEXPIRE', KEYS[3], ARGV[6])
end
return found
