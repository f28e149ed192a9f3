require("http")
  .createServer((request, response) => response.end("hello from the application"))
  .listen(process.env.PORT);
