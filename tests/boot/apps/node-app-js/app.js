require("http")
  .createServer((_, response) => response.end("hello from app.js"))
  .listen(process.env.PORT);
