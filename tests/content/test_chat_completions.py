"""Generating at an endpoint that speaks OpenAI's chat completions: a real one, on loopback."""

from threading import Event
from typing import Any

import pytest

from portal.config.content import ContentSettings
from portal.content import chat_completions
from portal.content.chat_completions import ChatCompletions
from portal.content.generation import CannotGenerate, Generated, Prompt
from tests.fixtures.model_server import ModelServer, Reply

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts follow each other at once."""
    monkeypatch.setattr(chat_completions, "_LONGEST_PAUSE", 0.0)
    monkeypatch.setattr(chat_completions, "_REPORT_SECONDS", 0.0)


def generator(model: ModelServer, **settings: Any) -> ChatCompletions:
    usual = {"generator": "openai", "generator_url": model.url, "generator_model": "small", "generator_key": "sk-1"}
    return ChatCompletions(ContentSettings(**{**usual, **settings}))


def ignore(_text: str) -> None:
    """Watch nothing."""


PROMPT = Prompt((("Voice", "Plain words."),), "Write a letter.", temperature=0.5, max_tokens=100)


def test_the_prompt_goes_out_and_the_text_comes_back_with_the_tokens_that_were_counted(model: ModelServer) -> None:
    assert generator(model).generate(PROMPT, ignore) == Generated("Hello, world", 7, 2)
    (asked,) = model.asked
    assert asked["model"] == "small"
    assert (asked["temperature"], asked["max_tokens"]) == (0.5, 100)
    assert asked["stream"] is True
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]
    assert asked["messages"][0]["content"].endswith("# Voice\n\nPlain words.")
    assert asked["messages"][1]["content"] == "Write a letter."
    assert model.authorizations == ["Bearer sk-1"]


def test_what_is_not_chosen_is_not_sent(model: ModelServer) -> None:
    generator(model, generator_key="").generate(Prompt((), "Hi"), ignore)
    assert not {"temperature", "max_tokens"} & model.asked[0].keys()
    assert [message["role"] for message in model.asked[0]["messages"]] == ["user"]
    assert model.authorizations == [None]


def test_what_has_come_so_far_is_told_meanwhile(model: ModelServer) -> None:
    go_on, seen = Event(), []
    model.answer = lambda _: Reply(then=go_on)

    def watch(text: str) -> None:
        seen.append(text)
        if text:
            go_on.set()

    generator(model).generate(PROMPT, watch)
    assert "Hello" in seen


@pytest.mark.parametrize(
    "first",
    [
        Reply(status=429, headers={"Retry-After": "0"}),
        Reply(status=503),
        Reply(ends=False),
        Reply(raw=b"data: no JSON\n\n"),
        Reply(raw=b'data: {"error": {"message": "overloaded"}}\n\n'),
        Reply(raw=b"data: 7\n\n"),
    ],
    ids=["too many", "unavailable", "cut short", "no JSON", "an error in the stream", "no object"],
)
def test_what_may_pass_is_tried_again_from_the_start(model: ModelServer, first: Reply) -> None:
    replies = [first, Reply()]
    model.answer = lambda _: replies.pop(0)
    assert generator(model).generate(PROMPT, ignore).text == "Hello, world"
    assert len(model.asked) == 2


def test_a_server_that_stays_away_is_given_up(model: ModelServer) -> None:
    model.answer = lambda _: Reply(status=500)
    with pytest.raises(CannotGenerate, match="could not be reached"):
        generator(model).generate(PROMPT, ignore)
    assert len(model.asked) == 3
    model.close()
    with pytest.raises(CannotGenerate, match="could not be reached"):
        generator(model).generate(PROMPT, ignore)


@pytest.mark.parametrize(("status", "words"), [(401, "key"), (400, "status 400")])
def test_a_refusal_is_not_tried_again_and_tells_nothing_of_the_endpoints_words(
    model: ModelServer, status: int, words: str
) -> None:
    model.answer = lambda _: Reply(status=status, raw=b"secret words")
    with pytest.raises(CannotGenerate, match=words) as refused:
        generator(model).generate(PROMPT, ignore)
    assert "secret" not in str(refused.value)
    assert len(model.asked) == 1


def test_a_model_that_writes_too_much_or_too_long_is_ended(model: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_completions, "MOST_CHARACTERS", 5)
    with pytest.raises(CannotGenerate, match="more than 5 characters"):
        generator(model).generate(PROMPT, ignore)
    monkeypatch.undo()
    model.answer = lambda _: Reply(pieces=("a", "b"), then=Event())
    with pytest.raises(CannotGenerate, match=r"could not be reached|too long"):
        generator(model, generator_seconds=1).generate(PROMPT, ignore)


def test_whoever_watches_can_end_it(model: ModelServer) -> None:
    def stop(_text: str) -> None:
        raise KeyError("cancelled")

    with pytest.raises(KeyError):
        generator(model).generate(PROMPT, stop)


def test_what_no_database_can_store_is_taken_out(model: ModelServer) -> None:
    model.answer = lambda _: Reply(pieces=("a\0b", "\ud800"))
    assert generator(model).generate(PROMPT, ignore).text == "ab?"


def test_comments_that_keep_the_connection_open_do_not_keep_the_time_from_passing(model: ModelServer) -> None:
    model.answer = lambda _: Reply(raw=b": still thinking\n\n" * 3, comments=60)
    told: list[str] = []
    with pytest.raises(CannotGenerate, match="took too long"):
        generator(model, generator_seconds=1).generate(PROMPT, told.append)
    assert len(told) > 1  # so that who cancels meanwhile is heard
