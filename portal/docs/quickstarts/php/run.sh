set -a; . ./.env; set +a
php -S "$(echo "$CONTEXTFILE_REDIRECT_URI" | cut -d/ -f3)" index.php
