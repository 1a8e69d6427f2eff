python3 contexts.py --disconnect
