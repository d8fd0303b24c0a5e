"""The officials' console, /console: one module per page, one line in CONSOLE. docs/console.md says how to add one."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from gateway.pages.console import (
    announcements,
    comparison,
    cycle_settings,
    decisions,
    first_steps,
    health,
    help_desk,
    language,
    log,
    menu,
    new_area,
    new_cycle,
    opening,
    overview,
    own,
    paper,
    people,
    proposal,
    proposal_import,
    proposals,
    recipients,
    requests,
    roll,
    sheets,
    sign_in,
    sign_out,
    slips,
    trial_sms,
    turnouts,
    welcome,
)
from gateway.pages.console.door import PREFIX, Door
from gateway.pages.console.registry import ConsolePage
from gateway.pages.console.rights import Act
from gateway.pages.console.wording import COMMON
from gateway.pages.site import Site

CONSOLE: dict[str, ConsolePage] = {
    "overview": ConsolePage("", Act.READ, overview.show, menu=True),
    "area": ConsolePage("/areas/{area}", Act.READ, overview.show_area, texts="overview"),
    "cycle": ConsolePage("/cycles/{cycle}", Act.READ, overview.show_cycle, texts="overview"),
    "new_cycle": ConsolePage("/areas/{area}/new", Act.EDIT, new_cycle.show, new_cycle.take),
    "settings": ConsolePage(
        "/cycles/{cycle}/settings",
        Act.EDIT,
        cycle_settings.show,
        cycle_settings.take,
        texts="cycle_settings",
        menu=True,
    ),
    "proposals": ConsolePage("/cycles/{cycle}/proposals", Act.EDIT, proposals.show, proposals.take, menu=True),
    "proposal": ConsolePage(
        "/cycles/{cycle}/proposals/{proposal}", Act.EDIT, proposal.show, proposal.take, texts="proposals"
    ),
    "picture": ConsolePage(
        "/cycles/{cycle}/proposals/{proposal}/picture", Act.READ, proposals.picture, texts="proposals", file=True
    ),
    "proposal_import": ConsolePage(
        "/cycles/{cycle}/import", Act.EDIT, proposal_import.show, proposal_import.take, texts="proposals"
    ),
    "menu": ConsolePage("/cycles/{cycle}/menu", Act.READ, menu.show, menu.take, menu=True),
    "opening": ConsolePage("/cycles/{cycle}/opening", Act.READ, opening.show, opening.take, menu=True),
    "turnouts": ConsolePage("/turnouts", Act.READ, turnouts.show, menu=True),
    "turnout": ConsolePage("/cycles/{cycle}/turnout", Act.READ, turnouts.show_cycle, texts="turnouts", menu=True),
    "help_desk": ConsolePage("/help-desk", Act.ROLLS, help_desk.show, help_desk.take, menu=True),
    "roll": ConsolePage("/areas/{area}/roll", Act.ROLLS, roll.show, roll.take, menu=True),
    "roll_upload": ConsolePage("/areas/{area}/roll/{upload}", Act.ROLLS, roll.show_upload, texts="roll"),
    "slips": ConsolePage("/areas/{area}/slips", Act.ROLLS, slips.show, slips.take, menu=True),
    "recipients": ConsolePage("/areas/{area}/recipients", Act.RECIPIENTS, recipients.show, recipients.take, menu=True),
    "recipient": ConsolePage(
        "/areas/{area}/recipients/{recipient}",
        Act.RECIPIENTS,
        recipients.show_one,
        recipients.take_one,
        texts="recipients",
    ),
    "health": ConsolePage("/health", Act.READ, health.show, menu=True),
    "sheets": ConsolePage("/cycles/{cycle}/print", Act.READ, sheets.show, menu=True),
    "sheet": ConsolePage("/cycles/{cycle}/print/{sheet}", Act.READ, sheets.take_out, texts="sheets", file=True),
    "comparison": ConsolePage("/cycles/{cycle}/compare", Act.READ, comparison.show, menu=True),
    "first_steps": ConsolePage("/first-steps", Act.SET_UP, first_steps.show),
    "new_area": ConsolePage("/new-area", Act.SET_UP, new_area.show, new_area.take),
    "trial_sms": ConsolePage("/trial-sms", Act.SET_UP, trial_sms.show, trial_sms.take),
    "decisions": ConsolePage("/cycles/{cycle}/decisions", Act.READ, decisions.show, decisions.take, menu=True),
    "requests": ConsolePage("/requests", Act.APPROVE, requests.show, menu=True),
    "officials": ConsolePage("/officials", Act.PEOPLE, people.show, people.take, texts="people", menu=True),
    "official": ConsolePage("/officials/{official}", Act.PEOPLE, people.show_one, people.take_one, texts="people"),
    "announcements": ConsolePage(
        "/cycles/{cycle}/announcements", Act.ANNOUNCE, announcements.show, announcements.take, menu=True
    ),
    "paper": ConsolePage("/cycles/{cycle}/paper", Act.APPROVE, paper.show, menu=True),
    "paper_new": ConsolePage("/cycles/{cycle}/paper/new", Act.PAPER, paper.show, paper.begin, texts="paper"),
    "sitting": ConsolePage("/cycles/{cycle}/paper/{sitting}", Act.PAPER, paper.show_one, paper.take_one, texts="paper"),
    "sitting_confirm": ConsolePage(
        "/cycles/{cycle}/paper/{sitting}/confirm", Act.APPROVE, paper.show_confirm, paper.confirm, texts="paper"
    ),
    "log": ConsolePage("/log", Act.READ_LOG, log.show, menu=True),
    "own": ConsolePage("/own", Act.OWN, own.show, own.take),
    "sign_in": ConsolePage("/sign-in", None, sign_in.show, sign_in.take),
    "sign_out": ConsolePage("/sign-out", Act.OWN, None, sign_out.take, texts="sign_in"),
    "welcome": ConsolePage("/welcome/{token}", None, welcome.show, welcome.take),
    "language": ConsolePage("/language", None, None, language.take, texts="common"),
}


def router(site: Site) -> APIRouter:
    """All pages, each behind the door."""
    routes = APIRouter(include_in_schema=False, prefix=PREFIX)
    menu = {name: page for name, page in CONSOLE.items() if page.menu}
    for name, page in CONSOLE.items():
        door = Door(site, page, page.texts or name, menu)
        routes.add_api_route(page.path, door.open, methods=["GET", "POST"], name=name, response_model=None)
    routes.add_api_route("/", lambda: RedirectResponse(PREFIX), response_model=None)
    missing = Door(site, ConsolePage("/{rest:path}", None, None), COMMON, menu)
    routes.add_api_route("/{rest:path}", missing.open, methods=["GET", "POST"], response_model=None)
    return routes
