python3 -m venv .venv
.venv/bin/pip install fastapi uvicorn httpx2 itsdangerous
