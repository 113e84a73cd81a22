-- One new handoff per request, of random customers, to the queue `bench`, for `wrk -s handoffs.lua URL`.
-- Environment: as lookup.lua.

local load = dofile(debug.getinfo(1, "S").source:match("^@(.-)[^/]*$") .. "load.lua")

setup, done = load.setup, load.done

local BODY = '{"identity":{"kind":"phone","value":"%s"},"to":{"queue":"bench"},"mode":"offer",'
  .. '"reason":{"code":"technical"},"summary":"The router blinks red.","facts":{"error_code":"E%d"}}'

local count = 0

function init()
  load.seed_random()
end

function request()
  count = count + 1
  load.headers["Idempotency-Key"] = string.format("%s-%d-%d", run_nonce, thread_id, count)
  return wrk.format("POST", "/v1/handoffs", load.headers, BODY:format(load.random_phone(), count))
end
