"""The WSGI application, and `python app.py` to serve it with the production server."""

from portal import create_app

app = create_app()

if __name__ == "__main__":
    from portal.operations.serve import serve

    serve(app)
