"""The WSGI application, and `python app.py` to serve it with the production server."""

import gc

gc.disable()  # loading leaves nothing behind, and looking for it again and again takes a fifth of the start

from portal import create_app  # noqa: E402

app = create_app()
gc.freeze()  # what is loaded stays: no later look goes through it, so that forked processes go on sharing its memory
gc.enable()

if __name__ == "__main__":
    from portal.operations.serve import serve

    serve(app)
