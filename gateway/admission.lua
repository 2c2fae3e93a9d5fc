-- Looks at a request before its body is read: a body may be large, and is gathered whole before the server sees it.
--
-- Whether a key is right is the server's to say; that there is none is clear without it. Native gRPC and gRPC-Web pass:
-- their bodies are not gathered, and the server answers them itself. It reads nothing from strangers but what health checks
-- and reflection are asked, and of that only the beginning passes.

local REQUEST_ID_LENGTH = 128
local OTHER_THAN_REQUEST_ID = "[^%w._-]"

local GRPC = { ["application/grpc"] = true, ["application/grpc-web"] = true, ["application/grpc-web-text"] = true }

-- Tells whether Envoy knows a content type as gRPC or gRPC-Web, as GRPC_TYPES in own_answers.py does.
local function is_grpc(content_type)
  return content_type:find("^application/grpc%+") or GRPC[(content_type:gsub("%+proto$", ""))]
end

-- Keeps a request id of the caller's own, as far as it is one: the server and the logs of both know it by the same name.
local function tidy_request_id(headers)
  local given = headers:get("x-request-id")
  if #given > REQUEST_ID_LENGTH or given:find(OTHER_THAN_REQUEST_ID) then
    headers:replace("x-request-id", (given:sub(1, REQUEST_ID_LENGTH):gsub(OTHER_THAN_REQUEST_ID, "-")))
  end
end

-- Takes away what means something to gRPC alone: the server would break over a REST caller's header of such a name. Only a
-- deadline is kept, since it is the caller's way to say how long it waits.
local function drop_grpc_headers(headers)
  local dropped = {}
  for name, value in pairs(headers) do
    local deadline = name == "grpc-timeout" and #value <= 9 and value:find("^0*[1-9]%d*[HMSmun]$")
    if name:find("^grpc%-") and not deadline or name:find("%-bin$") then
      table.insert(dropped, name) -- headers must not be removed while they are gone through
    end
  end
  for _, name in ipairs(dropped) do
    headers:remove(name)
  end
end

-- Returns the name of a query parameter that is none of those, if there is one.
local function other_parameter(path, names)
  local _, question_mark = path:find("?", 1, true)
  if question_mark then
    for name in path:sub(question_mark + 1):gmatch("[^&]+") do
      name = name:match("^[^=]*")
      if not (" " .. names .. " "):find(" " .. name .. " ", 1, true) then
        return name
      end
    end
  end
end

-- Answers with an error; the gateway makes {"detail": ...} of the text.
local function refuse(handle, status, text)
  handle:respond({ [":status"] = status }, text)
end

-- Passes on the beginning of a body. gRPC would keep a message of any size until its end has come.
local function cut(handle, passed_bytes)
  for chunk in handle:bodyChunks() do
    passed_bytes = passed_bytes - chunk:length()
    if passed_bytes < 0 then
      chunk:setBytes("")
    end
  end
end

function envoy_on_request(handle)
  local headers = handle:headers()
  tidy_request_id(headers)
  if not is_grpc(headers:get("content-type") or "") then
    drop_grpc_headers(headers)
  end
  if headers:get(":method") == "HEAD" then
    headers:replace(":method", "GET")
    handle:streamInfo():dynamicMetadata():set("admission", "head", true)
  end
  local route = handle:filterContext()
  if route:get("needs_key") and not headers:get("x-api-key") then
    refuse(handle, "401", "wanted a key that this server knows in the header x-api-key")
    return
  end
  local names = route:get("query_parameters")
  local other = names and other_parameter(headers:get(":path"), names)
  if other then
    -- The transcoder would let client_id=… in the query take the place of the one in the path. The words are its own, which
    -- rest.lua reads.
    refuse(handle, "422", ('Could not find field "%s" in the type of the call'):format(other))
    return
  end
  local limit, length = route:get("max_body_bytes"), headers:get("content-length")
  if limit and length and tonumber(length) > tonumber(limit) then
    refuse(handle, "413", "")
    return
  end
  local passed_bytes = route:get("passed_bytes")
  if passed_bytes then
    cut(handle, tonumber(passed_bytes))
  end
end

-- HEAD is answered as GET is, without the body.
function envoy_on_response(handle)
  local asked = handle:streamInfo():dynamicMetadata():get("admission")
  if asked and asked["head"] then
    for chunk in handle:bodyChunks() do
      chunk:setBytes("")
    end
  end
end
