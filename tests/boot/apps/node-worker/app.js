// Writes each letter that is posted to it below the last one.
const { appendFileSync } = require("fs");
require("http")
  .createServer((request, response) => {
    let letter = "";
    request.on("data", (part) => (letter += part));
    request.on("end", () => {
      if (request.method === "POST") appendFileSync("/tmp/letters", letter + "\n");
      response.end();
    });
  })
  .listen(process.env.PORT);
