set -a; . ./.env; set +a
ruby server.rb
