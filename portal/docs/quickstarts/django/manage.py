import secrets
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command
from views import REDIRECT_URI

settings.configure(
    SECRET_KEY=secrets.token_urlsafe(50),
    ALLOWED_HOSTS=[urlsplit(REDIRECT_URI).hostname],
    ROOT_URLCONF="views",
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    SESSION_ENGINE="django.contrib.sessions.backends.cache",  # in this server's memory
    CSRF_USE_SESSIONS=True,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
django.setup()
call_command("runserver", urlsplit(REDIRECT_URI).netloc, use_reloader=False)
