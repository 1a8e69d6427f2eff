python3 contexts.py
