"""config.toml and the environment become one frozen Settings; an error names file, key and what is allowed."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from gateway.errors import Mistake
from handlers.phrases import LANGUAGES

Language = Literal["kk", "kk-latin", "ru", "en"]
Secret = Annotated[str, Field(min_length=32, pattern=r"^[A-Za-z0-9_-]+$")]
KannelWord = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]*$")]  # what needs no escape in Kannel's configuration
KannelSender = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.+ -]*$")]
HourMinute = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
assert set(get_args(Language)) == set(LANGUAGES)


class BadSettings(Mistake):
    """The configuration cannot be used; the message names file, key and what is allowed."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Gateway(_Section):
    """The village side: numbers, languages, clock."""

    short_code: str = Field("44135", description="The number that villagers text to.")
    service_code: str = Field("*384*44135#", description="The USSD string that villagers dial; it ends with #.")
    ussd: bool = Field(default=True, description="Is USSD offered? Without it an SMS vote is confirmed by two digits.")
    languages: tuple[Language, ...] = Field(
        ("kk", "kk-latin", "ru", "en"),
        min_length=1,
        description="Languages in the order of the first menu: kk, kk-latin, ru, en. The first is the default. "
        "Add at the end: people have learnt the keys.",
    )
    country: str = Field("KZ", pattern="^[A-Z]{2}$", description="Only mobile numbers of this country may vote (ISO).")
    time_zone: str = Field("Asia/Almaty", description="The clock of notice boards and daily tallies.")
    our_numbers: tuple[str, ...] = Field((), description="Our own numbers, never answered: they would answer back.")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)


class Server(_Section):
    """Where the gateway listens."""

    host: str = Field("127.0.0.1", description="Address to listen on. Put a TLS proxy in front before you change it.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(1, ge=1, le=16, description="Processes; more than 1 needs PostgreSQL.")
    public_url: str = Field("", description="How the aggregator reaches us, https://…; empty: http://host:port.")
    metrics_token: Secret | None = Field(
        None, description="Bearer token with which a monitoring server reads /metrics, made by `dauys init`."
    )
    migrate_on_start: bool = Field(default=True, description="Migrate the database at start (SQLite: after a copy).")


class Database(_Section):
    """The store."""

    url: str = Field(
        "",
        description="Empty: SQLite in dauys.db of this home. PostgreSQL 15+: postgresql+psycopg://user:password@host/name",
    )
    ballast: int = Field(
        16, ge=0, le=4096, description="MiB of the file ballast, to be deleted when the disk is full; 0: none."
    )


class Failover(_Section):
    """Another provider that takes what waits while this one is down."""

    to: str = Field("", description="Name of the other provider; empty: messages wait for this one.")
    after: int = Field(30, ge=1, description="Minutes that this one is down before.")
    replies: bool = Field(
        default=False, description="Replies, too? They come from another number than the one that was written to."
    )


class AfricasTalking(_Section):
    """Africa's Talking: SMS and USSD over HTTP."""

    enabled: bool = Field(default=False, description="Take hooks from Africa's Talking?")
    secret: Secret | None = Field(None, description="Secret part of the hooks' addresses, made by `dauys init`.")
    username: str = Field("sandbox", description="User name of the account; 'sandbox' is the free test account.")
    api_key: str = Field("", description="API key. Empty: messages are received, replies wait in the outbox.")
    sender: str = Field("", description="Sender of replies: short code or agreed name; empty: the account's.")
    base_url: str = Field("", description="Address of the API; empty: Africa's Talking's own (or the sandbox's).")
    rate: float = Field(5.0, gt=0, description="Messages a second that the account takes.")
    fetch_every: float = Field(
        300.0,
        ge=0,
        description="Seconds between two looks for messages that no hook brought; 0: never, or without a key.",
    )
    failover: Failover = Failover()


class Kannel(_Section):
    """Kannel: an operator's SMPP link (SMS, USSD) or a GSM modem. `dauys kannel-config` prints its configuration."""

    enabled: bool = Field(default=False, description="Take hooks from Kannel?")
    secret: Secret | None = Field(None, description="Secret part of the hooks' addresses, made by `dauys init`.")
    sendsms_url: str = Field("http://127.0.0.1:13013/cgi-bin/sendsms", description="Where Kannel's smsbox takes SMS.")
    username: KannelWord = Field("dauys", description="User name for sending.")
    password: KannelWord = Field(
        "", description="Password for sending, made by `dauys init`. Empty: messages are received, replies wait."
    )
    sender: KannelSender = Field("", description="Sender of replies; empty: gateway.short_code.")
    hooks_url: str = Field("", description="Where Kannel reaches this gateway; empty: at [server] host and port.")
    rate: float = Field(5.0, gt=0, description="Messages a second that the link takes; a modem: 0.2.")
    failover: Failover = Failover()


class Console(_Section):
    """The development provider behind `dauys phone` and the demo."""

    enabled: bool = Field(default=False, description="Take messages from `dauys phone`? Never on a live gateway.")
    secret: Secret | None = Field(None, description="Secret part of the hooks' addresses, made by `dauys init`.")


class Gammu(_Section):
    """A GSM modem in this box, behind gammu-smsd."""

    enabled: bool = Field(default=False, description="Take messages from gammu-smsd's database?")
    database: str = Field(
        "sqlite:////srv/dauys/sms.db",
        description="Its database, for Dauys and gammu-smsd alone: sqlite:////path, postgresql+psycopg://… or mysql+pymysql://user:password@host/name",
    )
    look_every: float = Field(2.0, gt=0, description="Seconds between two looks into it.")
    rate: float = Field(0.2, gt=0, description="Messages a second that the modem sends.")
    part_wait: float = Field(
        600.0, ge=0, description="Seconds to wait for the missing part of a long message before it is asked for again."
    )
    time_zone: str = Field("", description="The clock of gammu-smsd; empty: the gateway's.")
    failover: Failover = Failover()


class Providers(_Section):
    """Who carries messages."""

    africastalking: AfricasTalking = AfricasTalking()
    kannel: Kannel = Kannel()
    console: Console = Console()
    gammu: Gammu = Gammu()

    def failovers(self) -> Iterator[tuple[str, Failover]]:
        """What each provider says of failing over."""
        for name in type(self).model_fields:
            wish = getattr(getattr(self, name), "failover", None)
            if isinstance(wish, Failover):
                yield name, wish

    @model_validator(mode="after")
    def _fails_over_to_another(self) -> Self:
        for name, wish in self.failovers():
            others = [other for other in type(self).model_fields if other != name]
            if wish.to and wish.to not in others:
                raise ValueError(f"{name}.failover.to is {wish.to!r}: choose {' or '.join(others)}")
        return self


class Backups(_Section):
    """Copies of a SQLite database in backups/. PostgreSQL has tools of its own."""

    every_minutes: int = Field(60, ge=0, description="A checked copy so often; 0: none but after each mix.")
    hourly: int = Field(24, ge=1, description="So many of the newest are kept.")
    daily: int = Field(7, ge=0, description="Beside them the last one of each of so many days.")


class Limits(_Section):
    """What protects the purse. Never limits what is counted."""

    replies_per_hour: int = Field(6, ge=1, description="Answers to a phone in an hour, votes not counted.")
    sms_per_day: int = Field(20_000, ge=1, description="Messages that may leave in a day before bulk waits.")


class Announcements(_Section):
    """Invitations, reminders and results to whole contact lists: when they may leave, what they cost."""

    day_starts: HourMinute = Field("09:00", description="Local time from which announcements leave.")
    day_ends: HourMinute = Field("20:00", description="Local time at which they stop until the next day.")
    price: float = Field(
        0.0,
        ge=0,
        description="Tenge for one part of an SMS, as the operator bills it; 0: not known, costs are told in parts.",
    )
    keep_contacts_days: int = Field(
        30, ge=0, description="Days after the last certification of a round until its contact lists are erased."
    )

    @property
    def hundredths(self) -> int:
        """The price in hundredths of a tenge."""
        return round(self.price * 100)

    @model_validator(mode="after")
    def _has_a_day(self) -> Self:
        if self.day_starts >= self.day_ends:
            raise ValueError(
                f"the day starts at {self.day_starts} and ends at {self.day_ends}: write the earlier first"
            )
        return self


class Mail(_Section):
    """The mail server for tallies by e-mail."""

    host: str = Field("", description="SMTP host; empty: no e-mail.")
    port: int = Field(587, ge=1, le=65535, description="SMTP port.")
    starttls: bool = Field(default=True, description="Demand TLS by STARTTLS?")
    user: str = Field("", description="SMTP user; empty: no sign-in.")
    password: str = Field("", description="SMTP password.")
    sender: str = Field("dauys@localhost", description="From: address of tallies.")


class Settings(BaseSettings):
    """All settings of one home. The environment overrides the file: DAUYS_SERVER__PORT=8080."""

    model_config = SettingsConfigDict(env_prefix="DAUYS_", env_nested_delimiter="__", extra="forbid", frozen=True)

    gateway: Gateway = Gateway()
    server: Server = Server()
    database: Database = Database()
    providers: Providers = Providers()
    backups: Backups = Backups()
    limits: Limits = Limits()
    announcements: Announcements = Announcements()
    mail: Mail = Mail()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings  # the first one decides; what the file says is given at the call


def load(home: Path, name: str = "config.toml") -> Settings:
    """The settings of a home, from its file of this name. Raises BadSettings, with a sentence for each mistake."""
    file = home / name
    if not file.exists():
        raise BadSettings(f"{home} is no Dauys home: config.toml is missing. Make one: dauys --home {home} init")
    try:
        return Settings(**tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{file}: {error}") from error
    except ValidationError as error:
        mistakes = "\n".join(f"{file}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise BadSettings(mistakes) from error


def render(values: dict[str, Any] | None = None) -> str:
    """config.toml with every setting and its comment; `values` replaces defaults, keyed 'section.name'.

    config.example.toml is this text without values.
    """
    lines = [
        "# Settings of one Dauys gateway. Every setting is here with its default.",
        *_sections(Settings, "", values or {}),
    ]
    return "\n".join(lines) + "\n"


def _sections(model: type[BaseModel], path: str, values: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    if path:
        lines += ["", f"# {(model.__doc__ or '').splitlines()[0]}", f"[{path}]"]
    nested: list[str] = []
    for name, field in model.model_fields.items():
        full = f"{path}.{name}" if path else name
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            nested += _sections(field.annotation, full, values)
        else:
            value = values.get(full, field.default)
            unset = value is None
            lines += [f"# {field.description}", f"{'# ' if unset else ''}{name} = {_toml('' if unset else value)}"]
    return lines + nested


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
