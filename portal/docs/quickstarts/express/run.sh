set -a; . ./.env; set +a
node server.mjs
