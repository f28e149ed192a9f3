-- The configuration of a Neovim that has ours and nothing else, and what it then
-- does with files. Started by tests/it/editors.rs with `nvim --headless -u`;
-- what it finds is printed as a JSON object.

local editors, beanc, parser = vim.env.EDITORS, vim.env.BEANC, vim.env.PARSER
vim.opt.runtimepath:prepend(editors .. "/neovim")
if parser then
  vim.opt.runtimepath:prepend(parser)
end
require("beanc").setup({ cmd = { beanc, "lsp" }, params = { copies = 20 } })

local found = {}

local function filetype(file)
  vim.cmd("edit " .. vim.fn.fnameescape(file))
  return vim.bo.filetype
end

--- Waits until `get` says something, and gives it.
local function eventually(get)
  local value
  vim.wait(20000, function()
    value = get()
    return value ~= nil
  end, 20)
  return value
end

local function messages()
  local list = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    table.insert(list, {
      code = diagnostic.code or diagnostic.user_data and diagnostic.user_data.lsp.code,
      line = diagnostic.lnum + 1,
      column = diagnostic.col + 1,
      message = diagnostic.message,
    })
  end
  return list
end

local function clients()
  local get = vim.lsp.get_clients or vim.lsp.get_active_clients
  return get({ name = "beanc", bufnr = vim.api.nvim_get_current_buf() })
end

local function attached()
  for _, client in pairs(vim.lsp.buf_get_clients and not vim.lsp.get_clients and vim.lsp.buf_get_clients(0) or clients()) do
    if client.name == "beanc" then
      return true
    end
  end
end

local function check()
  found.version = tostring(vim.version().major) .. "." .. tostring(vim.version().minor)
  found.ledger = filetype("ledger.bean")
  found.ledger_attached = attached() or false
  found.empty = filetype("new.bean")
  found.commented = filetype("commented.bean")
  found.test = filetype("shop.test.bean")
  found.program = filetype("wrong.bean")
  found.attached = eventually(attached) or false
  found.wrong = eventually(function()
    local list = messages()
    return #list > 0 and list or nil
  end)
  found.commentstring = vim.bo.commentstring
  -- Mended by hand: what was said goes away.
  vim.api.nvim_buf_set_lines(0, 3, 4, false, { '  description = "Notes"' })
  found.mended = eventually(function()
    for _, message in ipairs(messages()) do
      if message.code == "E0110" then
        return nil
      end
    end
    return true
  end) or false
  filetype("ugly.bean")
  eventually(attached)
  if vim.lsp.buf.format then
    vim.lsp.buf.format({ timeout_ms = 20000 })
  else
    vim.lsp.buf.formatting_sync(nil, 20000)
  end
  found.formatted = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  -- The param of the settings: without it there would be a complaint.
  filetype("params.bean")
  eventually(attached)
  vim.wait(500)
  found.params = messages()
  -- A new line is indented as the brackets say.
  filetype("commented.bean")
  vim.cmd([[silent! execute "normal! Goapplication new {\<CR>versions {\<CR>keep = 1\<CR>}\<CR>}"]])
  found.indented = vim.api.nvim_buf_get_lines(0, -6, -1, false)
  if parser then
    local name = vim.treesitter.get_captures_at_pos
    filetype("wrong.bean")
    vim.treesitter.get_parser(0, "bean"):parse()
    found.colours = {}
    for _, place in ipairs({ { 0, 0 }, { 2, 0 }, { 2, 12 }, { 3, 2 }, { 3, 17 } }) do
      local captures = name(0, place[1], place[2])
      table.insert(found.colours, captures[#captures] and captures[#captures].capture or "none")
    end
    found.fold = vim.treesitter.foldexpr(4)
    found.queries = {}
    for _, query in ipairs({ "highlights", "injections", "folds", "indents", "locals", "textobjects" }) do
      found.queries[query] = vim.treesitter.query.get("bean", query) ~= nil
    end
  end
end

vim.api.nvim_create_autocmd("VimEnter", {
  nested = true,
  callback = function()
    local done, complaint = pcall(check)
    if not done then
      found.complaint = complaint
    end
    io.stdout:write((vim.json and vim.json.encode or vim.fn.json_encode)(found) .. "\n")
    vim.cmd("qall!")
  end,
})
