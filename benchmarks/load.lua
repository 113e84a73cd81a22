-- What the wrk scripts share: customers, headers, and a last line of JSON for the program that reads the result.

local load = {}

local customers = tonumber(os.getenv("BENCH_CUSTOMERS") or 100000)

load.headers = {
  ["Authorization"] = "Bearer " .. (os.getenv("BENCH_API_KEY") or ""),
  ["Content-Type"] = "application/json",
}

load.headers["Askonce-Affinity"] = os.getenv("BENCH_AFFINITY")

local threads = 0
local nonce

-- Called once per thread, in wrk's own state: numbers the threads and gives all of them one nonce.
function load.setup(thread)
  if not nonce then
    local random = io.open("/dev/urandom", "rb")
    nonce = random:read(8):gsub(".", function(byte) return string.format("%02x", byte:byte()) end)
    random:close()
  end
  threads = threads + 1
  thread:set("thread_id", threads)
  thread:set("run_nonce", nonce)
end

-- Another order of customers in each run and thread.
function load.seed_random()
  math.randomseed(tonumber(run_nonce:sub(1, 8), 16) + thread_id)
end

function load.random_phone()
  return string.format("+49151%08d", math.random(0, customers - 1))
end

-- `errors` counts the answers over 399, `lost` the requests without an answer (give wrk a `--timeout` well over its
-- 2 s). wrk itself has corrected the latencies for what it could not send while it waited (coordinated omission).
function load.done(summary, latency)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  print(string.format(
    '{"requests":%d,"errors":%d,"lost":%d,"duration_us":%d,"latency_p50_us":%d,"latency_p99_us":%d}',
    summary.requests, errors.status, lost, summary.duration, latency:percentile(50), latency:percentile(99)
  ))
end

return load
