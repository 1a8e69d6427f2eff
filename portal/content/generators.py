"""The generators, and which of them the application has. `local` is the one that is always there."""

from flask import Flask, current_app

from portal.config import Settings
from portal.content.chat_completions import ChatCompletions
from portal.content.generation import MOST_CHARACTERS, CannotGenerate, Generated, Generator, Prompt, Report


class LocalGenerator:
    """No model and no network: the output is the rendered document itself, with its contexts before it."""

    name = "local"
    quick = True

    def generate(self, prompt: Prompt, report: Report) -> Generated:
        """Give the document back."""
        text = "\n\n---\n\n".join([*(content.strip() for _, content in prompt.contexts), prompt.text.strip()])
        if len(text) > MOST_CHARACTERS:
            raise CannotGenerate(f"The document has more than {MOST_CHARACTERS:,} characters.")
        report(text)
        return Generated(text)


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application the generator that its settings name."""
    app.extensions["generator"] = LocalGenerator() if settings.generator == "local" else ChatCompletions(settings)


def current_generator() -> Generator:
    """The generator of the application that serves this request or worker."""
    generator: Generator = current_app.extensions["generator"]
    return generator
