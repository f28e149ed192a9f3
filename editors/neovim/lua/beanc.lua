-- beanc in Neovim: which files are programs, and the language server.

local M = {}

local ROOT_MARKERS = { "bean.lock", "bean.toml", ".git" }

--- Whether lines are a program's: `edition` and a year, behind blank lines and
--- comments. No ledger of Beancount begins so.
function M.is_program(lines)
  for number, line in ipairs(lines) do
    if number == 1 then
      line = line:gsub("^\239\187\191", "")
    end
    local content = vim.trim(line)
    if content ~= "" and content:sub(1, 1) ~= "#" and content:sub(1, 2) ~= "//" then
      return content:match("^edition%s+%d") ~= nil
    end
  end
  return false
end

--- The indentation of the line at hand: one step inside open brackets.
function M.indent()
  local number = vim.v.lnum
  local above = vim.fn.prevnonblank(number - 1)
  if above == 0 then
    return 0
  end
  local bare = function(line)
    return (line:gsub('"[^"]*"', ""):gsub("#.*$", ""):gsub("//.*$", ""))
  end
  -- A bracket that closes at the front of its line is in its indentation.
  local text = bare(vim.fn.getline(above)):gsub("^%s*[%}%]%)]+", "")
  local _, opened = text:gsub("[%{%[%(]", "")
  local _, closed = text:gsub("[%}%]%)]", "")
  local indent = vim.fn.indent(above)
  if opened > closed then
    indent = indent + vim.fn.shiftwidth()
  end
  if vim.fn.getline(number):match("^%s*[%}%]%)]") then
    indent = indent - vim.fn.shiftwidth()
  end
  return math.max(indent, 0)
end

local function root(file)
  if vim.fs and vim.fs.find then
    local found = vim.fs.find(ROOT_MARKERS, { path = vim.fs.dirname(file), upward = true })[1]
    return found and vim.fs.dirname(found) or vim.fs.dirname(file)
  end
  return vim.fn.fnamemodify(file, ":h")
end

--- Starts the server where Neovim has no `vim.lsp.enable`: one for each root.
local function attach(buffer, options)
  local directory = root(vim.api.nvim_buf_get_name(buffer))
  local config = {
    name = "beanc",
    cmd = options.cmd or { "beanc", "lsp" },
    root_dir = directory,
    init_options = { params = options.params or vim.empty_dict() },
    on_attach = options.on_attach,
    capabilities = options.capabilities,
  }
  if vim.lsp.start then
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  M.clients = M.clients or {}
  local client = M.clients[directory]
  if not client or vim.lsp.client_is_stopped(client) then
    client = vim.lsp.start_client(config)
    M.clients[directory] = client
  end
  if client then
    vim.lsp.buf_attach_client(buffer, client)
  end
end

--- `cmd`, `params` (values of `param`s), `on_attach`, `capabilities`; all may
--- be left out.
function M.setup(options)
  options = options or {}
  if vim.lsp.config and vim.lsp.enable then
    local config = {
      cmd = options.cmd,
      on_attach = options.on_attach,
      capabilities = options.capabilities,
    }
    if options.params then
      config.init_options = { params = options.params }
    end
    vim.lsp.config("beanc", config)
    vim.lsp.enable("beanc")
    return
  end
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "bean",
    callback = function(args)
      attach(args.buf, options)
    end,
  })
end

return M
