set -a; . ./.env; set +a
part() { node -p "new URL(process.env.CONTEXTFILE_REDIRECT_URI).$1.replace(/[[\]]/g, '')"; }
npx next build
npx next start --hostname "$(part hostname)" --port "$(part port)"
