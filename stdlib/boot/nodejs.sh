# nodejs
