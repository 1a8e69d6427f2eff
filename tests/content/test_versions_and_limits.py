import pytest
import time_machine
from flask import Flask

from portal.content.contexts import ContextTooLarge, create_context, delete_context, get_context, update_context
from portal.content.models import Context
from portal.content.once import GoneSince, KeyReused, Once
from portal.content.ownership import ChangedMeanwhile, TooMany, list_all
from portal.content.skills import create_skill
from tests.factories import Person, make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.purging import purge_all

ONCE = Once(client_id=7, digest=b"k" * 32, request_digest=b"r" * 32)


def test_whoever_read_an_older_version_changes_and_deletes_nothing(ada: Person) -> None:
    read = create_context(ada.id, "Voice", "Plain words.")
    changed = update_context(ada.id, read.id, {"name": "Tone"}, version=read.version)
    assert changed is not None
    assert changed.version == read.version + 1
    with pytest.raises(ChangedMeanwhile):
        update_context(ada.id, read.id, {"name": "Mine"}, version=read.version)
    with pytest.raises(ChangedMeanwhile):
        delete_context(ada.id, read.id, version=read.version)
    kept = get_context(ada.id, read.id)
    assert kept is not None
    assert kept.name == "Tone"
    assert delete_context(ada.id, read.id, version=changed.version)


def test_a_change_to_what_is_there_already_makes_no_new_version(ada: Person) -> None:
    read = create_context(ada.id, "Voice", "Plain words.")
    same = update_context(ada.id, read.id, {"name": "Voice", "content": "Plain words."})
    assert same is not None
    assert same.version == read.version


def test_the_size_is_counted_in_bytes_and_follows_each_change(make_app: MakeApp) -> None:
    app = make_app(most_context_bytes=1000)
    person = make_person(app)
    with app.app_context():
        context = create_context(person.id, "Voice", "ä" * 500)
        assert context.size == 1000
        with pytest.raises(ContextTooLarge) as refused:
            update_context(person.id, context.id, {"content": "ä" * 500 + "a"})
        assert (refused.value.size, refused.value.most) == (1001, 1000)
        with pytest.raises(ContextTooLarge):
            create_context(person.id, "Voice", "a" * 1001)
        changed = update_context(person.id, context.id, {"content": "a"})
        assert changed is not None
        assert changed.size == 1
        assert len(list_all(Context, person.id)) == 1


def test_nobody_has_more_than_one_may_have(make_app: MakeApp) -> None:
    app = make_app(most_contexts=2, most_skills=1)
    person, other = make_person(app), make_person(app, name="Bob Kahn")
    with app.app_context():
        create_context(person.id, "1", "")
        create_context(person.id, "2", "")
        with pytest.raises(TooMany) as refused:
            create_context(person.id, "3", "")
        assert refused.value.most == 2
        create_context(other.id, "1", "")
        create_skill(person.id, "1", "Hi")
        with pytest.raises(TooMany):
            create_skill(person.id, "2", "Hi")


def test_the_same_request_makes_one_thing_however_often_it_comes(ada: Person) -> None:
    first = create_context(ada.id, "Voice", "Plain words.", once=ONCE)
    again = create_context(ada.id, "Voice", "Plain words.", once=ONCE)
    assert again.id == first.id
    assert len(list_all(Context, ada.id)) == 1


def test_a_key_of_another_request_is_refused_and_other_clients_and_users_have_their_own(
    ada: Person, bob: Person
) -> None:
    create_context(ada.id, "Voice", "Plain words.", once=ONCE)
    with pytest.raises(KeyReused):
        create_context(ada.id, "Tone", "", once=Once(7, ONCE.digest, b"other" * 6 + b".."))
    create_context(ada.id, "Voice", "", once=Once(8, ONCE.digest, ONCE.request_digest))
    create_context(bob.id, "Voice", "", once=ONCE)
    assert (len(list_all(Context, ada.id)), len(list_all(Context, bob.id))) == (2, 1)


def test_what_was_made_and_deleted_is_not_made_again(ada: Person) -> None:
    made = create_context(ada.id, "Voice", "Plain words.", once=ONCE)
    delete_context(ada.id, made.id)
    with pytest.raises(GoneSince):
        create_context(ada.id, "Voice", "Plain words.", once=ONCE)
    assert list_all(Context, ada.id) == []


def test_a_request_that_failed_claims_nothing(make_app: MakeApp) -> None:
    app = make_app(most_contexts=1)
    person = make_person(app)
    with app.app_context():
        there = create_context(person.id, "1", "")
        with pytest.raises(TooMany):
            create_context(person.id, "2", "", once=ONCE)
        delete_context(person.id, there.id)
        assert create_context(person.id, "2", "", once=ONCE).name == "2"


def test_keys_are_forgotten_after_a_day(app: Flask, ada: Person) -> None:
    with time_machine.travel(1_790_000_000, tick=False):
        first = create_context(ada.id, "Voice", "", once=ONCE)
    with time_machine.travel(1_790_000_000 + 86_401, tick=False):
        assert purge_all(app) == {"idempotency keys": 1}
        assert create_context(ada.id, "Voice", "", once=ONCE).id != first.id
