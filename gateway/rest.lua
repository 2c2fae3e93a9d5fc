-- Gives REST answers the statuses and bodies of the contract.
--
-- The transcoder has turned the gRPC answer into JSON by now; this sees it last. Native gRPC and gRPC-Web pass
-- untouched. Answers are changed in two places only: the success statuses that differ from 200, which the routes name,
-- and errors, whose google.rpc.Status becomes {"detail": ...}.

local INVALID_ARGUMENT, RESOURCE_EXHAUSTED, OUT_OF_RANGE = "3", "8", "11"

-- Where the contract departs from the usual mapping of gRPC codes.
local HTTP_STATUS = { [INVALID_ARGUMENT] = "422", [OUT_OF_RANGE] = "413" }

-- A quotation mark inside a JSON string is escaped, so none of these can come from a message's text.
local CODE = '^{"code":(%d+),'
local MESSAGE = '"message":"'
local VALIDATION_ERROR = '"@type":"type.googleapis.com/csvconverter.v1.HttpValidationError",'
local RETRY_SECONDS = '"retry_delay":"([%d.]+)s"'

-- Returns the JSON string, quotation marks included, that starts with the one at `first`.
local function json_string(text, first)
  local position = first + 1
  while true do
    local found = text:find('["\\]', position)
    if not found then
      return '""'
    elseif text:sub(found, found) == '"' then
      return text:sub(first, found)
    end
    position = found + 2
  end
end

-- Returns the message of a google.rpc.Status, as JSON.
local function message_of(status)
  local _, quote = status:find(MESSAGE, 1, true)
  return quote and json_string(status, quote) or '""'
end

-- Returns the body that stands for a google.rpc.Status: the fields that are wrong where the server names them, which
-- it does in the last of the details, and the message otherwise.
local function error_body(status)
  local _, last = status:find(VALIDATION_ERROR, 1, true)
  if last then
    return "{" .. status:sub(last + 1, -3)
  end
  return '{"detail":' .. message_of(status) .. "}"
end

-- Turns a google.rpc.Status into the contract's status and body. What Envoy itself refuses has its body already.
local function rewrite_error(handle)
  local body = handle:body(true)
  local status = body:getBytes(0, body:length())
  local code = status:match(CODE)
  if not code then
    return
  end
  local length = body:setBytes(error_body(status))
  local headers = handle:headers() -- those from before body() are no longer valid
  headers:replace(":status", HTTP_STATUS[code] or headers:get(":status"))
  headers:replace("content-type", "application/json")
  headers:replace("content-length", tostring(length))
  if code == RESOURCE_EXHAUSTED and not headers:get("retry-after") then
    local seconds = tonumber(status:match(RETRY_SECONDS) or 1)
    headers:add("retry-after", tostring(math.max(1, math.ceil(seconds))))
  end
end

-- Sets the success status that the route names.
local function rewrite_success(handle, success_status)
  if success_status == "204" then
    handle:body(true):setBytes("")
    handle:headers():remove("content-type")
    handle:headers():remove("content-length")
  end
  handle:headers():replace(":status", success_status)
end

function envoy_on_response(handle)
  local headers = handle:headers()
  if (headers:get("content-type") or ""):find("application/grpc", 1, true) then
    return
  end
  for _, name in ipairs({ "grpc-status", "grpc-message", "grpc-accept-encoding" }) do
    headers:remove(name)
  end
  if tonumber(headers:get(":status")) >= 400 then
    rewrite_error(handle)
  else
    local success_status = handle:filterContext():get("success_status")
    if success_status then
      rewrite_success(handle, success_status)
    end
  end
end
