"""Taking contexts in from Markdown files, several at once, and taking all of them away as an archive of such files."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from tempfile import TemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage

from portal.config import current_settings
from portal.content.contexts import Text, create_contexts, every_context, list_types
from portal.content.ownership import TooMany
from portal.foundation import clock
from portal.foundation.forms import PostedForm
from portal.library.blueprint import blueprint
from portal.library.context_files import ENDINGS, FileNames, UnusableFile, read_text, send_as_file
from portal.library.fields import kind_field

MOST_FILES = 500
_MOST_FAULTS = 20


class ImportForm(PostedForm):
    """Files, and the type that the contexts get which they become."""

    uploads = frozenset({"files"})
    files = MultipleFileField("Files")
    context_type = kind_field("Type")

    @property
    def chosen(self) -> list[FileStorage]:
        """The files; a browser sends one without a name if none is chosen."""
        return [file for file in self.files.data or [] if file.filename]


@blueprint.route("/contexts/import", methods=["GET", "POST"])
@login_required
def import_contexts() -> ResponseReturnValue:
    """Make each file a context: all of them, or none."""
    form = ImportForm()
    if request.method == "GET":
        return _show(form)
    files = form.chosen
    valid = form.validate_on_submit()
    if not files:
        form.files.errors = ["Choose at least one file."]
    elif len(files) > MOST_FILES:
        form.files.errors = [f"You chose {len(files)} files; {MOST_FILES} at once are the most."]
    if not valid or form.files.errors:
        return _show(form), 422
    read = list(_read(files))
    texts = [one for one in read if isinstance(one, Text)]
    faults = [str(one) for one in read if isinstance(one, UnusableFile)]
    if faults:
        more = len(faults) - _MOST_FAULTS
        form.form_errors = [*faults[:_MOST_FAULTS], *([f"And {more} more."] if more > 0 else [])]
        form.files.errors = ["Nothing was imported. Choose the files again, with these corrected or left out."]
        return _show(form), 422
    try:
        create_contexts(current_user.user_id, texts, form.context_type.data or "")
    except TooMany as error:
        form.files.errors = [
            f"With {len(texts)} more you would have more than {error.most:,} contexts, which is the most. Nothing was "
            "imported. Choose fewer, or delete some first."
        ]
        return _show(form), 422
    flash(f"{len(texts)} file{' is' if len(texts) == 1 else 's are'} imported.", "success")
    return redirect(url_for("library.contexts", sort="-created_at"), 303)


def _read(files: Sequence[FileStorage]) -> Iterator[Text | UnusableFile]:
    for file in files:
        try:
            yield read_text(file)
        except UnusableFile as error:
            yield error


def _show(form: ImportForm) -> str:
    return render_template(
        "library/context_import.html",
        form=form,
        types=list_types(current_user.user_id),
        endings=ENDINGS,
        most_bytes=current_settings().most_context_bytes,
        most_files=MOST_FILES,
    )


@blueprint.get("/contexts/export.zip")
@login_required
def export_contexts() -> Response:
    """All of the user's contexts, each as a file that was last changed when the context was."""
    names = FileNames()
    archive = TemporaryFile()  # noqa: SIM115  # the answer closes it, once it is sent
    with ZipFile(archive, "w", ZIP_DEFLATED) as files:
        for context in every_context(current_user.user_id):
            changed = datetime.fromtimestamp(context.updated_at, UTC).timetuple()[:6]
            files.writestr(ZipInfo(names.of(context.name), changed), context.content, ZIP_DEFLATED)
    archive.seek(0)
    day = datetime.fromtimestamp(clock.now(), UTC).date()
    return send_as_file(archive, "application/zip", f"contexts-{day}.zip")
