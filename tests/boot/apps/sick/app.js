require("http")
  .createServer((request, response) => {
    response.statusCode = request.url === "/health" ? 500 : 200;
    response.end();
  })
  .listen(process.env.PORT);
