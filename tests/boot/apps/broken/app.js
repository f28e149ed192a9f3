console.error("no database at", process.env.DATABASE_URL);
process.exit(3);
