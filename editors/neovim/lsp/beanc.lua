-- For `vim.lsp.enable("beanc")` of Neovim 0.11 and later.
return {
  cmd = { "beanc", "lsp" },
  filetypes = { "bean" },
  root_markers = { "bean.lock", "bean.toml", ".git" },
}
