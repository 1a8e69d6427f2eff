"""Code as HTML with colours: what the guide and the playground show code with."""

from markupsafe import Markup, escape
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Operator, String, is_token_subtype

# A class for these only: every further <span> is weight that no reader sees.
_COLOURS = (
    (Comment, "c"),
    (String, "s"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (Name.Tag, "k"),
    (Name.Attribute, "n"),
    (Name.Function, "n"),
)


def highlight(code: str, language: str) -> Markup:
    """Code as HTML, with a class on what is coloured; `language` is one of Pygments' names."""
    pieces = []
    for kind, text in get_lexer_by_name(language).get_tokens(code):
        name = next((name for colour, name in _COLOURS if is_token_subtype(kind, colour)), None)
        pieces.append(Markup('<span class="{}">{}</span>').format(name, text) if name else escape(text))
    return Markup().join(pieces)
