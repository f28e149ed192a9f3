vim.bo.commentstring = "# %s"
vim.bo.comments = ":##,:#,://"
vim.bo.expandtab = true
vim.bo.shiftwidth = 2
vim.bo.softtabstop = 2
-- Names may have hyphens.
vim.opt_local.iskeyword:append("-")
vim.bo.indentexpr = "v:lua.require'beanc'.indent()"
vim.bo.indentkeys = "0},0],0),!^F,o,O"

-- Colours and folds, where the parser is installed.
if vim.treesitter and vim.treesitter.start and pcall(vim.treesitter.start, 0, "bean") then
  if vim.treesitter.foldexpr then
    vim.opt_local.foldmethod = "expr"
    vim.opt_local.foldexpr = "v:lua.vim.treesitter.foldexpr()"
    vim.opt_local.foldenable = false
  end
end

vim.b.undo_ftplugin = "setlocal commentstring< comments< expandtab< shiftwidth< softtabstop<"
  .. " iskeyword< indentexpr< indentkeys< foldmethod< foldexpr< foldenable<"
