"""Which lines are down, on both engines."""

from datetime import timedelta

from gateway.home import Home
from gateway.store import lines
from gateway.store.lines import Down
from tests.gateway.sending import NOW


def test_a_line_is_down_since_its_first_refusal_for_its_last_reason(home: Home) -> None:
    with home.store.transaction() as tx:
        lines.down(tx, "kannel", "no connection", NOW)
        lines.down(tx, "kannel", "HTTP 403", NOW + timedelta(hours=1))
        lines.down(tx, "email", "SMTPAuthenticationError", NOW)

        assert lines.of(tx, "kannel") == Down("kannel", "HTTP 403", NOW)
        assert lines.of(tx, "webhook") is None
        assert [down.line for down in lines.every(tx)] == ["email", "kannel"]


def test_a_line_that_works_again_begins_anew(home: Home) -> None:
    later = NOW + timedelta(days=1)
    with home.store.transaction() as tx:
        lines.down(tx, "kannel", "no connection", NOW)
        lines.up(tx, "kannel")
        assert lines.every(tx) == ()
        lines.down(tx, "kannel", "no connection", later)

        assert lines.every(tx) == (Down("kannel", "no connection", later),)
