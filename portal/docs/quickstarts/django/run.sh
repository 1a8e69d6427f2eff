set -a; . ./.env; set +a
.venv/bin/python manage.py
