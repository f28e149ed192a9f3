// Answers with its environment, headers, user and folder, and takes web sockets.
const { createServer } = require("http");
const greeting = require("greeting");

const server = createServer((request, response) => {
  const answers = {
    "/": greeting,
    "/environment": JSON.stringify(process.env),
    "/headers": JSON.stringify(request.headers),
    "/self": JSON.stringify({ user: process.getuid(), folder: process.cwd() }),
  };
  response.end(answers[request.url] ?? "");
});
server.on("upgrade", (request, socket) => {
  socket.end(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${request.headers.upgrade}\r\nConnection: Upgrade\r\n\r\n`);
});
console.log("listening on", process.env.PORT);
server.listen(process.env.PORT);
