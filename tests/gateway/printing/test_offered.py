"""Every sheet that is offered can be had of a closed vote, in every language, and holds nobody's phone."""

import re

import pytest

from gateway import demo
from gateway.errors import NotNow
from gateway.home import Home
from gateway.printing.collecting import Asked, Press
from gateway.printing.offered import SHEETS
from gateway.printing.wording import LANGUAGES
from tests.gateway.pages.conftest import AT, close
from tests.gateway.printing.conftest import check, said


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_is_whole_in_each_language_and_tells_of_no_voter(closed: Home, name: str, language: str) -> None:
    with closed.store.reading() as tx:
        sheet = SHEETS[name](tx, Press.of(closed), Asked(1, (language,), AT))
        secret = [bytes(tag).hex() for (tag,) in tx.rows("SELECT tag FROM roll")]
        secret += [receipt for (receipt,) in tx.rows("SELECT receipt FROM participation")]

    check(sheet)
    closely = re.sub(r"[\s-]", "", said(sheet))
    assert not [each for each in (*secret, *demo.PHONES, *(phone[2:] for phone in demo.PHONES)) if each in closely]


def test_minutes_of_few_are_not_had_by_their_name(village: Home) -> None:
    with village.store.transaction() as tx:
        tx.run("UPDATE poll SET manifest = replace(manifest, '\"mix_min\":10', '\"mix_min\":27')")
    close(village)

    with village.store.reading() as tx, pytest.raises(NotNow, match="two officials"):
        SHEETS["minutes"](tx, Press.of(village), Asked(1, ("kk",), AT))
