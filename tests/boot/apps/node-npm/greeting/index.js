module.exports = "hello from npm";
