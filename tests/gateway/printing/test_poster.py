"""The poster: all that a villager needs, in Kazakh and Russian, however many proposals there are."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ballots.model import BallotForm, Proposal
from gateway.demo_aul import BUDGET, PROPOSALS
from gateway.errors import Unfit
from gateway.home import Home
from gateway.pictures import SIDE, fit
from gateway.printing.collecting import Press, poster_of
from gateway.printing.pictures import pictures_in
from gateway.printing.poster import Poster, poster
from gateway.store import cycles, pictures, proposals
from tests.gateway.pages.conftest import AT
from tests.gateway.printing.conftest import ASKED, check, page_count, read, said


def facts_of(home: Home) -> Poster:
    with home.store.reading() as tx:
        return poster_of(tx, Press.of(home), ASKED)


def with_proposals(facts: Poster, made: tuple[Proposal, ...], **rules: object) -> Poster:
    paper = replace(facts.imprint.paper, proposals=made, rules=replace(facts.imprint.paper.rules, **rules))
    return replace(facts, imprint=replace(facts.imprint, paper=paper))


def picture(kind: str = "JPEG", size: tuple[int, int] = (1600, 900)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def test_it_says_what_how_and_until_when_in_both_languages(standing: Home) -> None:
    facts = facts_of(standing)
    sheet = poster(facts)

    check(sheet)
    told = said(sheet)
    for proposal in PROPOSALS:
        assert proposal.names["kk"] in told
        assert proposal.names["ru"] in told
        assert f"*384*44135*7*{proposal.number}#" in told
    assert "14 500 000 ₸" in told
    assert "№ → 44135" in told
    assert "15.05.2026 09:00" in told
    assert "Ең көбі 2 жоба таңдай аласыз" in told
    assert "Можно выбрать до 2 проектов" in told
    assert "Алдын ала көру" not in told


def test_it_carries_what_the_count_is_verified_by(standing: Home) -> None:
    facts = facts_of(standing)

    told = said(poster(facts)).replace(" ", "")
    assert standing.keys.fingerprint in told
    assert len(facts.imprint.manifest) == 64
    assert facts.imprint.manifest in told


def test_the_same_facts_are_the_same_bytes(standing: Home) -> None:
    facts = facts_of(standing)

    assert poster(facts) == poster(facts)


def test_one_language_alone_is_printed_where_asked(standing: Home) -> None:
    facts = facts_of(standing)
    sheet = poster(replace(facts, imprint=replace(facts.imprint, languages=("ru",))))

    assert read(sheet).trailer["/Root"]["/Lang"] == "ru"
    assert "Қалай" not in said(sheet)
    assert "Водопровод на Новую улицу" in said(sheet)


def test_a_draft_is_a_preview_without_a_hash(village: Home) -> None:
    with village.store.transaction() as tx:
        draft = cycles.new(tx, 7, {"kk": "Жаңа", "ru": "Новый"}, AT, pb_budget=BUDGET, closes_at=AT + timedelta(days=9))
        proposals.put_on_ballot(tx, draft.id, PROPOSALS)
        facts = poster_of(tx, Press.of(village), replace(ASKED, cycle=draft.id))
    told = said(poster(facts))

    assert "Алдын ала көру. Дауыс беру ашылғанша ілуге болмайды." in told
    assert "Предварительный просмотр" in told
    assert "Хэш списка" not in told


def test_without_ussd_nothing_is_dialled(standing: Home) -> None:
    told = said(poster(replace(facts_of(standing), service_code="")))

    assert "*384*" not in told
    assert "USSD" not in told
    assert "отправьте готовое SMS" in told


def test_a_knapsack_names_its_limit(standing: Home) -> None:
    facts = with_proposals(facts_of(standing), PROPOSALS, form=BallotForm.KNAPSACK, max_choices=8, max_cost=9_000_000)

    assert "9 000 000 теңге аспауы керек" in said(poster(facts))


def test_where_an_sms_must_be_confirmed_the_poster_says_so(standing: Home) -> None:
    facts = facts_of(standing)
    paper = replace(facts.imprint.paper, confirm_sms=True)
    sentence = "После SMS подтвердите голос"

    assert sentence not in said(poster(facts))
    assert sentence in said(poster(replace(facts, imprint=replace(facts.imprint, paper=paper))))


def test_one_choice_is_called_one(standing: Home) -> None:
    told = said(poster(with_proposals(facts_of(standing), PROPOSALS, form=BallotForm.CHOOSE_1)))

    assert "Бір ғана жоба таңдаңыз." in told
    assert "Выберите только один проект." in told


def test_127_long_proposals_flow_over_numbered_pages(standing: Home) -> None:
    long = "Орталық көшедегі ескі су құбырын ауыстыру және жаңа құдық қазу жұмыстары" + "Ұ" * 60
    many = tuple(
        replace(
            PROPOSALS[0],
            number=number,
            proposal_id=str(number),
            names={"kk": long, "ru": "Очень длинное название " * 4},
        )
        for number in range(1, 128)
    )
    sheet = poster(with_proposals(facts_of(standing), many))

    check(sheet)
    pages = page_count(sheet)
    assert 12 < pages < 40
    assert f"Бет {pages} / {pages}" in read(sheet).pages[-1].extract_text()
    assert "*384*44135*7*127#" in said(sheet)


def test_a_withdrawn_proposal_keeps_its_number_and_cannot_be_dialled(standing: Home) -> None:
    made = (PROPOSALS[0], replace(PROPOSALS[1], withdrawn=True))
    told = said(poster(with_proposals(facts_of(standing), made)))

    assert "Мектеп шатырын жөндеу" in told
    assert "Алып тасталды." in told
    assert "*384*44135*7*2#" not in told


def test_markup_in_a_name_is_text(standing: Home) -> None:
    made = (replace(PROPOSALS[0], names={"kk": "<b>Су</b> & <img src='x'/> 5 < 6", "ru": "Вода"}),)

    assert "<b>Су</b> & <img src='x'/> 5 < 6" in said(poster(with_proposals(facts_of(standing), made)))


def test_pictures_stand_beside_their_proposals(standing: Home, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "3.jpg").write_bytes(picture())
    (folder / "05.PNG").write_bytes(picture("PNG", (30, 40)))
    facts = facts_of(standing)
    found = pictures_in(folder, facts.imprint.paper)
    sheet = poster(facts.with_pictures(found))

    assert set(found) == {3, 5}
    assert max(Image.open(BytesIO(found[3])).size) == SIDE
    assert sum(len(page.images) for page in read(sheet).pages) == 2
    assert sheet == poster(facts.with_pictures(found))
    check(sheet)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("bridge.jpg", picture(), "by its proposal's number"),
        ("3.gif", picture(), "by its proposal's number"),
        ("99.jpg", picture(), "no proposal 99"),
        ("3.jpg", b"not a picture", "no JPEG or PNG"),
        ("3.jpg", picture()[:400], "no JPEG or PNG"),
    ],
    ids=["a name", "another kind", "no such number", "no picture", "cut off"],
)
def test_a_picture_that_cannot_be_used_is_named(
    standing: Home, tmp_path: Path, name: str, content: bytes, complaint: str
) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / name).write_bytes(content)

    with pytest.raises(Unfit, match=complaint):
        pictures_in(tmp_path / "pictures", facts_of(standing).imprint.paper)


def test_pictures_that_a_draft_keeps_are_printed_and_a_folder_adds_to_them(village: Home, tmp_path: Path) -> None:
    with village.store.transaction() as tx:
        draft = cycles.new(tx, 7, {"kk": "Жаңа", "ru": "Новый"}, AT, pb_budget=BUDGET, closes_at=AT + timedelta(days=9))
        proposals.put_on_ballot(tx, draft.id, PROPOSALS)
        (key,) = tx.row("SELECT id FROM proposal WHERE cycle_id = ? AND number = 2", draft.id) or (0,)
        pictures.put(tx, draft.id, key, fit(picture()))
        facts = poster_of(tx, Press.of(village), replace(ASKED, cycle=draft.id))
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "3.jpg").write_bytes(picture())

    assert set(facts.pictures) == {2}
    assert set(facts.with_pictures(pictures_in(tmp_path / "pictures", facts.imprint.paper)).pictures) == {2, 3}


def test_posters_that_are_printed_at_once_do_not_disturb_each_other(standing: Home) -> None:
    kazakh = facts_of(standing)
    russian = replace(kazakh, imprint=replace(kazakh.imprint, languages=("ru",)))
    alone = poster(kazakh), poster(russian)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(poster, [kazakh, russian] * 3))
    assert together == [*alone] * 3
