-- The load generator's script for wrk(1): each request takes the next CSR of the file, once.
-- Settings come through the environment, because one of them is a key.
local ports = {}
for port in string.gmatch(os.getenv("BENCH_PORTS"), "%d+") do ports[#ports + 1] = port end
local kind = os.getenv("BENCH_KIND")
local threads = {}

-- One thread per server process, so that the clients are shared out evenly.
function setup(thread)
  thread:set("number", #threads)
  thread:set("count", tonumber(os.getenv("BENCH_THREADS")))
  thread.addr = wrk.lookup("127.0.0.1", ports[#threads % #ports + 1])[1]
  threads[#threads + 1] = thread
end

function init()
  lines, at, used, answered, refused, exhausted = {}, 0, 0, 0, "", 0
  first = tonumber(os.getenv("BENCH_FIRST"))
  batch = tonumber(os.getenv("BENCH_BATCH"))
  order = os.getenv("BENCH_ORDER")
  local index = 0
  for line in io.lines(os.getenv("BENCH_CSRS")) do
    -- In runs of `batch` lines, turn by turn among the threads.
    if index >= first and math.floor((index - first) / batch) % count == number then
      lines[#lines + 1] = { index, line }
    end
    index = index + 1
  end
  wrk.method = "POST"
  wrk.path = os.getenv("BENCH_PATH")
  wrk.headers["Content-Type"] = kind == "batch" and "application/x-ndjson" or "application/json"
  local key = os.getenv("BENCH_KEY")
  if key then wrk.headers["Authorization"] = "Bearer " .. key end
  local record = os.getenv("BENCH_RECORD")
  if record then out = io.open(record .. "." .. number, "w") end
  -- wrk reads answers only where the script has this function, which costs time.
  if not record and kind ~= "batch" then response = nil end
end

local function next_body()
  at = at + 1
  local line = lines[at]
  if not line then
    exhausted = 1
    wrk.thread:stop()
    line = lines[#lines]
  end
  used = line[1] + 1
  if kind == "cfssl" then return '{"certificate_request":"' .. line[2] .. '"}' end
  return string.format('{"workOrder":"%s","serial":"B-%06d","csr":"%s"}', order, line[1] + 1, line[2])
end

function request()
  if kind ~= "batch" then return wrk.format(nil, nil, nil, next_body()) end
  local bodies = {}
  for i = 1, batch do bodies[i] = next_body() end
  return wrk.format(nil, nil, nil, table.concat(bodies, "\n") .. "\n")
end

-- Counts certificates, and writes down which, for the runs that are checked one by one.
function response(status, headers, body)
  if status >= 400 then refused = status .. " " .. string.sub(body, 1, 300) end
  for fingerprint in string.gmatch(body, '"fingerprint":"(%x+)"') do
    answered = answered + 1
    if out then out:write(fingerprint, "\n") end
  end
end

function done(summary, latency)
  local last, certificates, empty, said = 0, 0, 0, ""
  for _, thread in ipairs(threads) do
    last = math.max(last, thread:get("used"))
    certificates = certificates + thread:get("answered")
    empty = empty + thread:get("exhausted")
    if thread:get("refused") ~= "" then said = thread:get("refused") end
  end
  local errors = summary.errors
  io.write("\nRESULT ", string.format(
    '{"requests":%d,"certificates":%d,"micros":%d,"p50":%d,"p99":%d,"max":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d,"next":%d,"exhausted":%d}',
    summary.requests, certificates, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.connect, errors.read, errors.write, errors.timeout, errors.status, last, empty), "\n")
  if said ~= "" then io.write("REFUSED ", said, "\n") end
end
