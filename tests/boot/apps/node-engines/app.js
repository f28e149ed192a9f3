require("http")
  .createServer((_, response) => response.end("hooked"))
  .listen(process.env.PORT);
