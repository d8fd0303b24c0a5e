"""What a count decided, in words: Kazakh (Cyrillic and Latin), Russian, English. Standard library only."""

from collections.abc import Callable, Mapping

from ballots.model import Step
from ballots.rules.decisions import Decision

NAMES: Mapping[str, Mapping[str, str]] = {
    "kk": {
        "greedy": "Дауыс саны бойынша",
        "greedy-no-skip": "Дауыс саны бойынша, ақша жетпеген бірінші жобаға дейін",
        "equal-shares": "Тең үлестер әдісі",
        "equal-shares-greedy": "Тең үлестер әдісі, қалған ақша дауыс саны бойынша",
        "equal-shares-plain": "Тең үлестер әдісі, толықтырусыз",
    },
    "kk-latin": {
        "greedy": "Dauys sany boiynsha",
        "greedy-no-skip": "Dauys sany boiynsha, aqsha jetpegen birinshi jobaga deiin",
        "equal-shares": "Ten ulester adisi",
        "equal-shares-greedy": "Ten ulester adisi, qalgan aqsha dauys sany boiynsha",
        "equal-shares-plain": "Ten ulester adisi, tolyqtyrusyz",
    },
    "ru": {
        "greedy": "По числу голосов",
        "greedy-no-skip": "По числу голосов до первого проекта, на который не хватает денег",
        "equal-shares": "Метод равных долей",
        "equal-shares-greedy": "Метод равных долей, остаток по числу голосов",
        "equal-shares-plain": "Метод равных долей без дополнения",
    },
    "en": {
        "greedy": "Most votes first",
        "greedy-no-skip": "Most votes first, up to the first project that does not fit",
        "equal-shares": "Equal Shares",
        "equal-shares-greedy": "Equal Shares, the rest by votes",
        "equal-shares-plain": "Equal Shares without completion",
    },
}
"""Language -> key of RULES -> its name."""

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "kk": {
        "funded": "{votes} дауыс. Ақша жетеді: {cost}. Енді қалғаны: {after}.",
        "paid": "{votes} дауыс. Қолдаушылар құнын өз үлесінен төледі: {cost}, әрқайсысы ең көбі {pays}. "
        "Енді қалғаны: {after}.",
        "reserved": "Осындай жобаларға бөлінген үлестен төленді.",
        "over-budget": "{votes} дауыс. Құны {cost}, ал қалғаны {left}: ақша жетпейді.",
        "below-threshold": "{votes} дауыс. Керегі кемінде: {threshold}.",
        "over-quota": "{votes} дауыс. Құны {cost}: осындай жобаларға қойылған шектен асады.",
        "unaffordable": "{votes} дауыс. Қолдаушылардың үлесі жобаның құнына жетпейді: {cost}.",
        "conflict": "{votes} дауыс. Орнына осыған ұқсас басқа жоба өтті.",
        "stopped": "{votes} дауыс. Алдыңғы жобаға ақша жетпегендіктен, есеп тоқтады.",
        "withdrawn": "{votes} дауыс. Жоба алып тасталған.",
    },
    "kk-latin": {
        "funded": "{votes} dauys. Aqsha jetedi: {cost}. Endi qalgany: {after}.",
        "paid": "{votes} dauys. Qoldaushylar qunyn oz ulesinen toledi: {cost}, arqaisysy en kobi {pays}. "
        "Endi qalgany: {after}.",
        "reserved": "Osyndai jobalarga bolingen ulesten tolendi.",
        "over-budget": "{votes} dauys. Quny {cost}, al qalgany {left}: aqsha jetpeidi.",
        "below-threshold": "{votes} dauys. Keregi keminde: {threshold}.",
        "over-quota": "{votes} dauys. Quny {cost}: osyndai jobalarga qoiylgan shekten asady.",
        "unaffordable": "{votes} dauys. Qoldaushylardyn ulesi jobanyn qunyna jetpeidi: {cost}.",
        "conflict": "{votes} dauys. Ornyna osygan uqsas basqa joba otti.",
        "stopped": "{votes} dauys. Aldyngy jobaga aqsha jetpegendikten, esep toqtady.",
        "withdrawn": "{votes} dauys. Joba alyp tastalgan.",
    },
    "ru": {
        "funded": "Голосов: {votes}. Денег хватает: {cost}. Остаётся {after}.",
        "paid": "Голосов: {votes}. Сторонники оплатили проект из своих долей: {cost}, каждый не больше {pays}. "
        "Остаётся {after}.",
        "reserved": "Оплачено из доли, выделенной для таких проектов.",
        "over-budget": "Голосов: {votes}. Стоит {cost}, а осталось {left}: не хватает.",
        "below-threshold": "Голосов: {votes}. Нужно не меньше: {threshold}.",
        "over-quota": "Голосов: {votes}. Стоит {cost}: это выше предела, установленного для таких проектов.",
        "unaffordable": "Голосов: {votes}. Долей сторонников не хватает на стоимость проекта: {cost}.",
        "conflict": "Голосов: {votes}. Вместо него прошёл другой похожий проект.",
        "stopped": "Голосов: {votes}. На предыдущий проект не хватило денег, подсчёт остановлен.",
        "withdrawn": "Голосов: {votes}. Проект был снят.",
    },
    "en": {
        "funded": "Votes: {votes}. There is money for it: {cost}. Then {after} is left.",
        "paid": "Votes: {votes}. Its supporters paid for it from their shares: {cost}, each at most {pays}. "
        "Then {after} is left.",
        "reserved": "Paid from the share that is reserved for such projects.",
        "over-budget": "Votes: {votes}. It costs {cost}, but {left} is left: not enough.",
        "below-threshold": "Votes: {votes}. It needed at least: {threshold}.",
        "over-quota": "Votes: {votes}. It costs {cost}: that exceeds the limit for such projects.",
        "unaffordable": "Votes: {votes}. The shares of its supporters do not reach its cost: {cost}.",
        "conflict": "Votes: {votes}. Another project of its kind was funded instead.",
        "stopped": "Votes: {votes}. The money did not reach for the one before, and the count stopped there.",
        "withdrawn": "Votes: {votes}. The project had been withdrawn.",
    },
}
"""Language -> decision (or how it was paid) -> sentence. {cost}, {left}, {after}, {pays}: money with its unit."""

TENGE: Mapping[str, str] = {"kk": "теңге", "kk-latin": "tenge", "ru": "тенге", "en": "tenge"}


def grouped(number: int) -> str:
    """`4 500 000`."""
    return f"{number:,}".replace(",", " ")


def step_in_words(
    language: str,
    step: Step,
    threshold: int,
    *,
    amount: Callable[[int], str] = grouped,
    money: Callable[[int], str] | None = None,
) -> str:
    """One decision of a count. `amount` writes numbers and `money` whole tenge; the usual way: `4 500 000 тенге`."""
    tenge = money or (lambda number: f"{amount(number)} {TENGE[language]}")
    funded = step.decision == Decision.FUNDED
    sentences = SENTENCES[language]
    said = sentences["paid" if funded and step.pays else step.decision].format(
        votes=amount(step.votes),
        cost=tenge(step.cost),
        left=tenge(step.left),
        after=tenge(step.left - step.cost * funded),
        pays=tenge(step.pays),
        threshold=amount(threshold),
    )
    return f"{said} {sentences['reserved']}" if step.reserved else said
