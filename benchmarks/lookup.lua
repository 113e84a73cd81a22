-- Look-ups by phone of random customers, for `wrk -s lookup.lua URL`.
-- Environment: BENCH_API_KEY; BENCH_CUSTOMERS, how many are loaded (customer i of 0 … N-1 has +49151 and i in 8 digits).

local load = dofile(debug.getinfo(1, "S").source:match("^@(.-)[^/]*$") .. "load.lua")

setup, done = load.setup, load.done

function init()
  load.seed_random()
end

function request()
  local body = string.format('{"identity":{"kind":"phone","value":"%s"}}', load.random_phone())
  return wrk.format("POST", "/v1/context/lookup", load.headers, body)
end
