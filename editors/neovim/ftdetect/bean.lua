-- Ledgers of Beancount are `.bean` files too, so the content decides: a program
-- begins with `edition`. What is none keeps the type that it has.
vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
  pattern = "*.bean",
  callback = function(args)
    local beanc = require("beanc")
    local is_test = vim.endswith(args.file, ".test.bean")
    if is_test or beanc.is_program(vim.api.nvim_buf_get_lines(args.buf, 0, 200, false)) then
      vim.bo[args.buf].filetype = "bean"
    end
  end,
})
