from ballots import errors
from ballots.errors import Refused, Unreadable


def of_tree(root):
    return {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, root)}


def test_every_refusal_names_a_phrase_of_its_own():
    phrases = [kind.phrase for kind in of_tree(Refused)]

    assert len(set(phrases)) == len(phrases)


def test_a_refusal_carries_its_facts():
    assert errors.TooMany(limit=3).facts == {"limit": 3}


def test_every_error_is_drawn_in_the_tree():
    for kind in of_tree(Exception):
        assert kind.__name__ in errors.__doc__
    assert len(of_tree(Unreadable)) == 9
