"""From an empty folder to a tally by commands alone; every mistake is one sentence and exit code 1."""

import csv
import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ballots import canonical, pabulib, slips
from ballots.model import PollId
from gateway.catalogue import Shelf
from gateway.home import Home, open_home
from gateway.keys import open_export
from gateway.store import audit, cycles, polls, rolls
from handlers.messages import Turnout
from tests.elections import SMALL
from tests.gateway.cli.commands import Dauys, ran
from tests.gateway.store.villages import ROUND, cast

PROPOSALS = """number;name_kk;name_ru;cost;category;sdg;colour
1;Су құбыры;Водопровод;4 500 000;water;6;blue
2;Мектеп шатыры;Крыша школы;3000000;school;4,11;red
"""


def file(folder: Path, text: str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def ready(dauys: Dauys, folder: Path) -> str:
    """A cycle that can be opened; its id."""
    dauys("area", "new", 7, "Қарауыл", "--name", "ru=Караул")
    cycle = dauys("cycle", "new", 7, "Budget 2026", "--title", "ru=Бюджет 2026", "--budget", 5_000_000).out.strip()
    dauys("load", "proposals", file(folder, PROPOSALS), "--cycle", cycle)
    dauys("cycle", "set", cycle, "--closes-at", "2099-05-20T18:00", "--tally-at", "19:00")
    return cycle


def opened(dauys: Dauys, folder: Path) -> str:
    """An open cycle of an election file; its id."""
    cycle = dauys("load", "election", SMALL, "--aul", 7, "--open").out.splitlines()[-1]
    dauys("load", "roll", file(folder, "phone\n+77001234567\n+77011234567\n", "roll.csv"), "--cycle", cycle)
    return cycle


def test_the_next_year_begins_and_the_last_one_is_shredded(dauys: Dauys, tmp_path: Path) -> None:
    cycle = opened(dauys, tmp_path)
    assert "close it first" in dauys("round", "new", "2027", code=1).err
    dauys("close", cycle)

    assert dauys("round", "new", "2027").out == "2\n"
    assert dauys("round", "shred", 1).out == "Round 1: 2 numbers erased, the key destroyed\n"

    assert [one["shredded"] for one in dauys("round", "list", "--json").json] == [True, False]
    assert "1  2026  shredded" in dauys("round", "list").out
    assert dauys("tally", cycle, "--json").json["ballots"] == 0
    assert "keys are missing" not in dauys("doctor", code=1).out
    assert dauys("round", "shred", 1).out == "Round 1: 0 numbers erased, the key was gone before\n"


def test_an_area_is_told_how_many_adults_live_there(dauys: Dauys) -> None:
    dauys("area", "new", 7, "Қарауыл")
    assert "--adults" in dauys("area", "set", 7, code=1).err

    dauys("area", "set", 7, "--adults", 812)

    assert "no area 9" in dauys("area", "set", 9, "--adults", 1, code=1).err


def test_init_says_the_token_once_and_makes_a_home(tmp_path: Path) -> None:
    made = ran("--home", tmp_path / "new", "init", "--defaults", "--json").json

    assert made["home"] == str(tmp_path / "new")
    assert len(made["token"]) == 64
    home = open_home(tmp_path / "new", os.urandom)
    assert home.keys.fingerprint == made["fingerprint"]
    home.close()


def test_init_asks_nothing_without_a_terminal_and_enables_nobody(tmp_path: Path) -> None:
    assert ran("--home", tmp_path, "init").code == 0

    assert ran("--home", tmp_path, "info", "--json").json["hooks"] == {}


def test_info_names_every_hook_with_its_secret(dauys: Dauys) -> None:
    told = dauys("info", "--json").json

    assert set(told) == {"version", "database", "hooks", "console"}
    assert set(told["hooks"]) == {"africastalking", "console"}
    hooks = told["hooks"]["africastalking"]
    assert set(hooks) == {"ussd", "sms", "report", "session-end", "opt-out"}
    base, _, end = hooks["session-end"].rpartition("/")
    assert end == "session-end"
    assert len(base.removeprefix("http://127.0.0.1:8000/hooks/africastalking/")) == 64
    assert "africastalking sms: http" in dauys("info").out


def test_a_cycle_goes_from_draft_to_open_by_commands(dauys: Dauys, tmp_path: Path) -> None:
    cycle = ready(dauys, tmp_path)

    assert dauys("cycle", "list", "--json").json[0]["phase"] == "draft"
    said = dauys("cycle", "open", cycle)
    assert "2099-05-20 18:00" in said.out
    assert dauys("cycle", "list", "--json").json == [
        {
            "cycle": 1,
            "area": 7,
            "title": {"kk": "Budget 2026", "kk-latin": "Budget 2026", "ru": "Бюджет 2026", "en": "Budget 2026"},
            "phase": "voting",
            "budget": 5_000_000,
            "alarms": [],
        }
    ]
    assert "published" in dauys("cycle", "set", cycle, "--rule", "greedy-no-skip", code=1).err
    assert "opened already" in dauys("cycle", "open", cycle, code=1).err


def test_proposals_tell_what_was_ignored_and_filled(dauys: Dauys, tmp_path: Path) -> None:
    dauys("area", "new", 7, "Қарауыл")
    dauys("cycle", "new", 7, "Budget")
    said = dauys("load", "proposals", file(tmp_path, PROPOSALS), "--cycle", 1)

    assert "ignored: colour" in said.err
    assert "kk-latin, en" in said.err
    assert "number 1 belongs" in dauys("load", "proposals", file(tmp_path, PROPOSALS), "--cycle", 1, code=1).err
    dauys("load", "proposals", file(tmp_path, PROPOSALS), "--cycle", 1, "--replace")


def test_an_election_prints_its_cycle_last(dauys: Dauys, tmp_path: Path) -> None:
    cycle = opened(dauys, tmp_path)

    assert cycle == "1"
    told = dauys("tally", cycle, "--json").json
    assert (told["accepted"], told["pending"], told["ballots"], told["funded"]) == (0, 0, 0, [])
    assert set(told["votes"]) == {project.project_id for project in pabulib.read(SMALL.read_bytes()).projects}


def test_an_election_with_an_unknown_rule_names_the_option(dauys: Dauys, tmp_path: Path) -> None:
    text = SMALL.read_text(encoding="utf-8").replace("rule;greedy", "rule;by mood")
    odd = file(tmp_path, text, "odd.pb")

    assert "--rule" in dauys("load", "election", odd, "--aul", 7, code=1).err
    assert "by mood" in dauys("load", "election", odd, "--aul", 7, "--rule", "by mood", code=1).err
    dauys("load", "election", odd, "--aul", 7, "--rule", "greedy")


@pytest.mark.parametrize("code", [1, 6])
def test_an_election_in_an_aul_that_cannot_be_dialled_is_refused(dauys: Dauys, code: int) -> None:
    assert "cannot be dialled" in dauys("load", "election", SMALL, "--aul", code, "--open", code=1).err
    assert dauys("cycle", "list", "--json").json == []


def test_a_roll_with_bad_rows_loads_nothing_unless_told_to(dauys: Dauys, tmp_path: Path) -> None:
    cycle = opened(dauys, tmp_path)
    bad = file(tmp_path, "phone;name\n+77021234567;A\n89161234567;B\n", "bad.csv")

    refused = dauys("load", "roll", bad, "--cycle", cycle, code=1)
    assert "row 3: 8916… is not a mobile number of KZ" in refused.err
    loaded = dauys("load", "roll", bad, "--cycle", cycle, "--skip-bad")
    assert "1 phones added, 0 were on the roll already" in loaded.out
    assert "columns ignored: name" in loaded.out


def test_a_roll_goes_to_an_aul_of_the_district(dauys: Dauys, tmp_path: Path) -> None:
    dauys("area", "new", 40, "District", "--kind", "district")
    dauys("area", "new", 7, "Aul", "--parent", 40)
    dauys("area", "new", 8, "Elsewhere")
    dauys("cycle", "new", 40, "Budget")
    roll = file(tmp_path, "phone\n+77001234567\n")

    dauys("load", "roll", roll, "--cycle", 1, "--aul", 7)
    assert "no part of area 40" in dauys("load", "roll", roll, "--cycle", 1, "--aul", 8, code=1).err
    assert "in 40" in dauys("area", "list").out


def test_a_closed_cycle_is_told_to_the_next_phone_that_asks(dauys: Dauys, tmp_path: Path) -> None:
    cycle = opened(dauys, tmp_path)
    home = open_home(tmp_path / "home", os.urandom)
    with home.store.reading() as tx:
        paper = polls.published(tx, cycles.by_id(tx, int(cycle)).poll)
    cast(home, paper, [(1,)] * 12)
    before = _shown(home, paper.poll)

    dauys("close", cycle)

    shown = _shown(home, paper.poll)
    home.close()
    assert before is None
    assert shown is not None
    assert shown.votes == {number: 12 if number == 1 else 0 for number in paper.by_number}


def _shown(home: Home, poll: PollId) -> Turnout | None:
    with home.store.reading() as tx:
        return Shelf().current(tx).turnouts.get(poll)


def test_a_closed_cycle_is_counted_and_exported(dauys: Dauys, tmp_path: Path) -> None:
    cycle = opened(dauys, tmp_path)
    assert "votes wait" in dauys("mix", cycle).out
    assert "from closing on" in dauys("export", cycle, tmp_path / "early", code=1).err
    home = open_home(tmp_path / "home", os.urandom)
    with home.store.reading() as tx:
        paper = polls.published(tx, cycles.by_id(tx, int(cycle)).poll)
    cast(home, paper, [(1,)] * 9 + [(2,)])
    home.close()

    assert "is closed: 10 ballots" in dauys("close", cycle).out
    dauys("close", cycle)
    dauys("export", cycle, tmp_path / "out")

    told = dauys("tally", cycle, "--json").json
    assert canonical.read((tmp_path / "out" / "tally.json").read_bytes()) == told
    written = pabulib.read((tmp_path / "out" / "election.pb").read_bytes())
    assert sorted(vote.project_ids for vote in written.votes) == sorted(
        [(paper.by_number[1].proposal_id,)] * 9 + [(paper.by_number[2].proposal_id,)]
    )
    assert dauys("tally", cycle, "--pb").out.encode() == (tmp_path / "out" / "election.pb").read_bytes()
    rows = list(csv.DictReader(io.StringIO(dauys("tally", cycle, "--csv").out), delimiter=";"))
    assert {row["proposal_id"]: int(row["votes"]) for row in rows} == told["votes"]
    assert "funded" in dauys("tally", cycle).out
    assert "not empty" in dauys("export", cycle, tmp_path / "out", code=1).err
    assert "choose one" in dauys("tally", cycle, "--json", "--csv", code=1).err


def counted(dauys: Dauys, folder: Path) -> str:
    """A cycle whose rules differ: the dear proposal has the most votes, but not from voters who could pay it."""
    cycle = ready(dauys, folder)
    dauys("cycle", "open", cycle)
    home = open_home(folder / "home", os.urandom)
    with home.store.reading() as tx:
        paper = polls.published(tx, cycles.by_id(tx, int(cycle)).poll)
    cast(home, paper, [(1,)] * 12 + [(2,)] * 9)
    home.close()
    return cycle


def test_all_rules_are_shown_side_by_side_with_reasons(dauys: Dauys, tmp_path: Path) -> None:
    cycle = counted(dauys, tmp_path)

    shown = dauys("tally", cycle, "--all-rules").out
    told = dauys("tally", cycle, "--all-rules", "--json").json

    assert "1  greedy: Дауыс саны бойынша\n   funded: 1\n   spent 4 500 000, left 500 000\n" in shown
    assert "     1      12    4 500 000  1 2 - - -  Су құбыры" in shown
    assert "   equal-shares: 12 дауыс. Құны 4 500 000 теңге, ал қалғаны 2 000 000 теңге: ақша жетпейді." in shown
    assert "by SDG: 6: 100 %" in shown
    assert told["cycle"] == int(cycle)
    assert told["rules"]["equal-shares"]["funded"] == ["2"]
    assert told["rules"]["equal-shares"]["reached"] == 9
    assert "alone" in dauys("tally", cycle, "--all-rules", "--csv", code=1).err


def test_leftovers_of_closed_cycles_go_together(dauys: Dauys, tmp_path: Path) -> None:
    cycle = counted(dauys, tmp_path)
    other = dauys("load", "election", SMALL, "--aul", 8, "--open").out.splitlines()[-1]
    assert "voting: leftovers are known from closing on" in dauys("leftovers", cycle, code=1).err
    dauys("close", cycle)
    dauys("close", other)

    told = dauys("leftovers", cycle, other, "--json").json
    shown = dauys("leftovers", cycle, other).out

    assert (told["left"], told["remains"]) == (1_500_000, 1_500_000)
    assert told["funded"] == []
    assert "7:2" in shown
    again = dauys("load", "election", SMALL, "--aul", 7, "--open").out.splitlines()[-1]
    assert "one area" in dauys("leftovers", cycle, again, code=1).err


def test_floors_and_caps_are_typed_replaced_and_taken_away(dauys: Dauys, tmp_path: Path) -> None:
    cycle = ready(dauys, tmp_path)
    dauys("cycle", "set", cycle, "--rule", "equal-shares", "--floor", "sdg:4=40", "--cap", "category:water=90")
    assert stored_quotas(tmp_path) == ["floor sdg:4=40", "cap category:water=90"]

    dauys("cycle", "set", cycle, "--cap", "category:water=80")
    assert stored_quotas(tmp_path) == ["cap category:water=80"]

    dauys("cycle", "set", cycle, "--floor", "none")
    assert stored_quotas(tmp_path) == []
    assert "like sdg:3,4=30" in dauys("cycle", "set", cycle, "--floor", "a third for water", code=1).err


def stored_quotas(folder: Path) -> list[str]:
    """As the database keeps them."""
    home = open_home(folder / "home", os.urandom)
    with home.store.reading() as tx:
        ((written,),) = tx.rows("SELECT quotas FROM poll")
    home.close()
    found: list[str] = json.loads(written)
    return found


def test_slips_are_written_for_the_printer_alone(dauys: Dauys, tmp_path: Path) -> None:
    dauys("area", "new", 7, "Aul")
    dauys("slips", 7, tmp_path / "slips.csv", "--count", 30, "--batch", "gathering")

    lines = (tmp_path / "slips.csv").read_text().splitlines()
    assert lines[0] == "slip"
    assert len(set(lines)) == 31
    assert all(slips.is_sound(slips.parse(line) or "1") for line in lines[1:])
    assert stat.S_IMODE((tmp_path / "slips.csv").stat().st_mode) == 0o600
    assert (
        "named 'gathering' already"
        in dauys("slips", 7, tmp_path / "b", "--count", 1, "--batch", "gathering", code=1).err
    )
    assert "exists" in dauys("slips", 7, tmp_path / "slips.csv", "--count", 1, "--batch", "more", code=1).err


def test_a_sitting_on_paper_is_counted_when_its_counts_match(dauys: Dauys, tmp_path: Path) -> None:
    cycle = opened(dauys, tmp_path)
    dauys("slips", 7, tmp_path / "slips.csv", "--count", 2, "--batch", "b")
    printed = (tmp_path / "slips.csv").read_text().splitlines()[1]
    voters = file(tmp_path, f"phone;slip\n87001234567;\n;{printed}\n", "voters.csv")
    votes = file(tmp_path, "choices\n1\n2\n", "votes.csv")
    two = ("--officials", "A", "--officials", "B")

    assert "0 voters" in dauys("load", "paper-votes", votes, "--cycle", cycle, *two, code=1).err
    assert "2 voters" in dauys("load", "paper-voters", voters, "--cycle", cycle).out
    again = dauys("load", "paper-voters", voters, "--cycle", cycle, code=1).err
    assert "row 2: this voter has voted already" in again
    assert "row 3: the slip is not known here, or used already" in again
    assert "two officials" in dauys("load", "paper-votes", votes, "--cycle", cycle, "--officials", "A", code=1).err
    assert (
        "no such number"
        in dauys("load", "paper-votes", file(tmp_path, "choices\n1\n99\n"), "--cycle", cycle, *two, code=1).err
    )
    loaded = dauys("load", "paper-votes", votes, "--cycle", cycle, *two)
    assert "batch 1001" in loaded.out
    assert "may guess" in loaded.err

    told = dauys("tally", cycle, "--json").json
    assert (told["accepted"], told["ballots"], sum(told["votes"].values())) == (2, 2, 2)


def test_a_stranger_does_not_vote_on_paper(dauys: Dauys, tmp_path: Path) -> None:
    cycle = opened(dauys, tmp_path)
    voters = file(tmp_path, "phone\n+77059999999\nnobody\n", "voters.csv")

    refused = dauys("load", "paper-voters", voters, "--cycle", cycle, code=1).err

    assert "row 2: the phone is not on the roll" in refused
    assert "row 3: nobo… is neither" in refused


def test_exported_keys_open_with_their_passphrase(
    dauys: Dauys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "DAUYS_PASSPHRASE" in dauys("keys", "export", tmp_path / "keys.out", code=1).err
    monkeypatch.setenv("DAUYS_PASSPHRASE", "short")
    assert "12 characters" in dauys("keys", "export", tmp_path / "keys.out", code=1).err
    monkeypatch.setenv("DAUYS_PASSPHRASE", "a sentence that nobody guesses")
    dauys("keys", "export", tmp_path / "keys.out")

    opened = open_export((tmp_path / "keys.out").read_bytes(), "a sentence that nobody guesses", os.urandom)
    assert sorted(opened.keys) == ["master.key", "round-1.key", "signing.key"]
    assert opened.settings == (tmp_path / "home" / "config.toml").read_bytes()
    assert stat.S_IMODE((tmp_path / "keys.out").stat().st_mode) == 0o600


def test_recipients_come_and_go(dauys: Dauys) -> None:
    dauys("area", "new", 7, "Aul")
    dauys("recipient", "add", 7, "sms", "8 701 123 45 67", "--form", "observer", "--language", "ru")
    assert "whsec_" in dauys("recipient", "add", 7, "webhook", "https://pb.example.kz/x").out

    listed = dauys("recipient", "list", "--json").json
    assert [(row["channel"], row["address"]) for row in listed] == [
        ("sms", "+7701…67"),
        ("webhook", "https://pb.example.kz/x"),
    ]
    assert "Test message 1" in dauys("recipient", "test", 2).out
    (told,) = dauys("recipient", "sent", 2, "--json").json
    assert (told["cycle"], told["state"]) == (0, "due")
    assert dauys("recipient", "sent", 2).out.endswith("  test  due\n")
    dauys("recipient", "remove", 1)
    assert "no recipient 1" in dauys("recipient", "test", 1, code=1).err
    assert len(dauys("recipient", "list").out.splitlines()) == 1
    assert "mobile number" in dauys("recipient", "add", 7, "sms", "+49170", code=1).err
    assert "does not speak" in dauys("recipient", "add", 7, "sms", "+77001234567", "--language", "de", code=1).err


def test_every_act_stands_in_the_audit_log_without_a_number(dauys: Dauys, tmp_path: Path) -> None:
    cycle = opened(dauys, tmp_path)
    dauys("close", cycle)
    home = open_home(tmp_path / "home", os.urandom)
    with home.store.reading() as tx:
        acts = [signed.link.entry["act"] for signed in audit.entries(tx)]
        assert audit.verify(tx, home.keys) is None
        assert rolls.size(tx, ROUND, [1]) == 2
    home.close()

    assert acts == ["load election", "open", "load roll", "close", "mix", "read totals of few"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cycle", "open", 9), "there is no cycle 9"),
        (("tally", 9), "there is no cycle 9"),
        (("area", "resume", 9), "there is no area 9"),
        (("cycle", "new", 9, "x"), "there is no area 9"),
        (("area", "new", 3, "x"), "cannot be dialled"),
        (("area", "new", 7, "x", "--name", "de=x"), "LANG=TEXT"),
    ],
    ids=str,
)
def test_a_mistake_is_one_sentence(dauys: Dauys, arguments: tuple[object, ...], said: str) -> None:
    found = dauys(*arguments, code=1)

    assert found.err.startswith("dauys: ")
    assert said in found.err
    assert found.out == ""


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("tally",), ("load", "roll", "/no/such/file", "--cycle", 1)], ids=str
)
def test_wrong_usage_is_exit_code_2(dauys: Dauys, arguments: tuple[object, ...]) -> None:
    dauys(*arguments, code=2)


def test_a_folder_that_is_no_home_is_said(tmp_path: Path) -> None:
    found = ran("--home", tmp_path, "cycle", "list")

    assert found.code == 1
    assert "is no Dauys home" in found.err


def test_the_command_runs_as_installed_with_the_home_in_the_environment(dauys: Dauys, tmp_path: Path) -> None:
    dauys("area", "new", 7, "Aul")
    installed = subprocess.run(
        [Path(sys.executable).with_name("dauys"), "area", "list", "--json"],
        env={**os.environ, "DAUYS_HOME": str(tmp_path / "home")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )

    assert [area["code"] for area in json.loads(installed.stdout)] == [7]
    assert installed.stderr == ""


def test_two_officials_are_appointed_and_a_token_is_renewed(dauys: Dauys) -> None:
    dauys("area", "new", 7, "Aul")
    token = dauys("official", "new", "Akim", "akim", "--area", 7).out.strip()
    dauys("official", "new", "Clerk", "clerk")

    assert len(token) == 64
    assert dauys("official", "list", "--json").json[-2:] == [
        {"name": "Akim", "role": "akim", "areas": [7]},
        {"name": "Clerk", "role": "clerk", "areas": []},
    ]
    assert "Akim  akim  7" in dauys("official", "list").out
    assert dauys("official", "renew", "Akim").out.strip() != token
    assert "named 'Akim' already" in dauys("official", "new", "Akim", "clerk", code=1).err
    assert "no name" in dauys("official", "new", "+77010000001", "clerk", code=1).err
    assert "no official named" in dauys("official", "renew", "Nobody", code=1).err


def test_an_operator_who_reads_totals_of_few_stands_in_the_audit_log_once(dauys: Dauys, tmp_path: Path) -> None:
    cycle = opened(dauys, tmp_path)
    dauys("close", cycle)
    told = [dauys("tally", cycle, "--json") for _ in range(2)]

    assert told[0].json == told[1].json
    assert "to two officials only" in told[0].err
    home = open_home(tmp_path / "home", os.urandom)
    with home.store.reading() as tx:
        acts = [signed.link.entry["act"] for signed in audit.entries(tx)]
    home.close()
    assert acts.count("read totals of few") == 1
    assert told[0].json["head"] == dauys("tally", cycle, "--json").json["head"]


def test_people_read_names_in_the_first_language_of_the_gateway(dauys: Dauys, tmp_path: Path) -> None:
    cycle = ready(dauys, tmp_path)
    dauys("cycle", "new", 7, "Budget", "--title", "kk=Ауыл бюджеті")
    dauys("cycle", "open", cycle)

    assert "Қарауыл" in dauys("area", "list").out
    assert "Ауыл бюджеті" in dauys("cycle", "list").out
    assert "Су құбыры" in dauys("tally", cycle).out
    assert "Су құбыры" in dauys("tally", cycle, "--csv").out


def test_sqlite_is_served_by_one_process(dauys: Dauys) -> None:
    assert "needs PostgreSQL" in dauys("serve", "--workers", 2, code=1).err


def test_a_proposal_is_withdrawn_with_a_reason_that_the_audit_log_keeps(dauys: Dauys, tmp_path: Path) -> None:
    cycle = ready(dauys, tmp_path)
    dauys("cycle", "open", cycle)
    dauys("cycle", "withdraw", cycle, 2, "--reason", "the school was closed")

    home = open_home(tmp_path / "home", os.urandom)
    with home.store.reading() as tx:
        paper = polls.published(tx, cycles.by_id(tx, int(cycle)).poll)
        facts = [signed.link.entry["facts"] for signed in audit.entries(tx)][-1]
    home.close()
    assert [proposal.withdrawn for proposal in paper.proposals] == [False, True]
    assert facts == {"cycle": 1, "number": 2, "reason": "the school was closed"}
    assert "no proposal 9" in dauys("cycle", "withdraw", cycle, 9, "--reason", "x", code=1).err
    phone = ("cycle", "withdraw", cycle, 1, "--reason", "call 8 701 000 00 01")
    assert "no place in the audit log" in dauys(*phone, code=1).err


def test_a_draft_is_previewed_with_lengths_parts_and_what_keeps_it_from_opening(dauys: Dauys, tmp_path: Path) -> None:
    dauys("area", "new", 7, "Ақбұлақ")
    cycle = dauys("cycle", "new", 7, "Бюджет", "--budget", 9_000_000, "--method", "aul-three").out.strip()
    file = tmp_path / "p.csv"
    label = "Өте ұзын атауы бар су құбыры"
    file.write_text(f"number;name_kk;short_kk;cost\n3;Су;Су құбыры;100\n4;Жол;{label};100\n", encoding="utf-8")
    dauys("load", "proposals", file, "--cycle", cycle)

    shown = dauys("cycle", "preview", cycle)
    found = dauys("cycle", "preview", cycle, "--language", "ru", "--json").json

    assert "confirm №3  keys 3  (" in shown.out
    assert "  | №3 Су құбыры, 100 тг." in shown.out
    assert "SMS parts for one voter: 1 to vote" in shown.out
    assert "the short label has 28 characters; shorten it to 20" in shown.err
    assert found["parts"]["vote"] == 1
    assert {key: found["texts"][1][key] for key in ("place", "number", "parts")} == {
        "place": "main",
        "number": 0,
        "parts": 1,
    }
    assert (4, "short", "kk") in [(one["number"], one["field"], one["language"]) for one in found["remarks"]]
    assert "does not speak de" in dauys("cycle", "preview", cycle, "--language", "de", code=1).err


def test_a_cycle_is_copied_with_its_proposals_and_rules(dauys: Dauys, tmp_path: Path) -> None:
    dauys("area", "new", 7, "Ақбұлақ")
    dauys("area", "new", 8, "Қарағаш")
    dauys("cycle", "new", 7, "Бюджет", "--budget", 9_000_000, "--method", "aul-three")
    file = tmp_path / "p.csv"
    file.write_text("number;name_kk;cost\n3;Су құбыры;100\n", encoding="utf-8")
    dauys("load", "proposals", file, "--cycle", 1)

    assert dauys("cycle", "new", 8, "Жаңа бюджет", "--like", 1).out.strip() == "2"
    texts = dauys("cycle", "preview", 2, "--json").json["texts"]
    assert any("3 Су құбыры" in one["text"] and one["place"] == "ballot" for one in texts)
    assert "choose one" in dauys("cycle", "new", 8, "Бюджет", "--like", 1, "--method", "aul-three", code=1).err
    assert "there is no method" in dauys("cycle", "new", 8, "Бюджет", "--method", "by-mood", code=1).err
