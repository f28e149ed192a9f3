// Says what it is asked for.
require("http")
  .createServer((request, response) => {
    console.log("asked for " + request.url);
    response.end("");
  })
  .listen(process.env.PORT);
