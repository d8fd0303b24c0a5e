"""What everything is measured against: a FastAPI route that reads the form and answers, under the same uvicorn."""

import sys

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse

app = FastAPI()


@app.post("/hook")
async def hook(request: Request) -> PlainTextResponse:
    await request.form()
    return PlainTextResponse("")


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


def serve(site: FastAPI, port: int) -> None:
    """As the gateway is served."""
    uvicorn.run(
        site,
        host="127.0.0.1",
        port=port,
        access_log=False,
        log_config=None,
        limit_concurrency=2000,
        timeout_keep_alive=75,
        server_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    serve(app, int(sys.argv[1]))
