const [name, port] = process.argv.slice(2);
const built = require("fs").readFileSync("built.txt", "utf8").trim();
require("http")
  .createServer((_, response) => response.end(`${name} on ${port}, ${built}`))
  .listen(port);
