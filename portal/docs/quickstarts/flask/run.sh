set -a; . ./.env; set +a
.venv/bin/python app.py
