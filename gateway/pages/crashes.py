"""What nobody foresaw: the page says so in three languages with a number, under which the log has the reason."""

from collections.abc import Awaitable, Callable

import structlog
from fastapi.responses import HTMLResponse
from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.headers import HEADERS
from gateway.pages.site import Site

log = structlog.get_logger(__name__)

PAGE = """<!doctype html>
<html lang="kk">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Қате · Ошибка · Error</title><link rel="stylesheet" href="/static/page.css"></head>
<body><main>
<h1>Қате · Ошибка · Error</h1>
<p lang="kk">Жүйеде қате болды, әрекет орындалмауы мүмкін. Артқа қайтып, қайталап көріңіз. Қайталанса, әкімшіге мына нөмірді айтыңыз: {number}</p>
<p lang="ru">Произошла ошибка, действие могло не выполниться. Вернитесь и попробуйте ещё раз. Если повторится, назовите администратору номер: {number}</p>
<p lang="en">Something went wrong; it may not have been done. Go back and try again. If it happens again, tell the administrator this number: {number}</p>
</main></body>
</html>
"""  # noqa: E501 - one sentence each
NUMBER = 4  # random bytes


def crashed(site: Site) -> Callable[[Request, Exception], Awaitable[Response]]:
    """The handler of what no page expects. The server writes the whole trace into the log beside our line."""

    async def handle(request: Request, error: Exception) -> Response:
        number = site.home.randomness(NUMBER).hex()
        route = getattr(request.scope.get("route"), "path", "")  # the address itself may hold a link's secret
        log.error("A page crashed", number=number, route=route, error=type(error).__name__)
        return HTMLResponse(PAGE.format(number=number), 500, {**HEADERS, "cache-control": "no-store"})

    return handle
