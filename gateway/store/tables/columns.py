"""Columns as the tables need them on both engines, and the names of their constraints."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Text
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from gateway.store.types import JsonText, UtcDateTime

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SORTED_BY_KEY: dict[str, Any] = {"sqlite_with_rowid": False}


def one_of(column: str, words: type[Any]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(word)) for word in words)})", name=column)


def index_where(name: str, condition: str, *columns: str, unique: bool = False) -> Index:
    """An index of the few rows that have the value: the others cost nothing to insert."""
    return Index(name, *columns, unique=unique, sqlite_where=sql(condition), postgresql_where=sql(condition))


def text(*, default: str | None = None, primary: bool = False) -> Any:
    column = Column(Text, nullable=False, primary_key=primary)
    return Field(sa_column=column) if default is None else Field(default=default, sa_column=column)


def integer(*, default: int | None = None, primary: bool = False, refers: str = "", generated: bool = True) -> Any:
    parts: list[Any] = [BigInteger().with_variant(Integer, "sqlite")]
    if refers:
        parts.append(ForeignKey(refers))
    column = Column(*parts, nullable=False, primary_key=primary, autoincrement=generated and primary and not refers)
    return Field(default=default, sa_column=column)


def added_integer(default: int) -> Any:
    """A column that a migration added to rows that were there."""
    kind = BigInteger().with_variant(Integer, "sqlite")
    return Field(default=default, sa_column=Column(kind, nullable=False, server_default=sql(str(default))))


def added_text() -> Any:
    """The same, of text."""
    return Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


def added_flag() -> Any:
    """The same, of yes or no."""
    return Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=sql("false")))


def added_list() -> Any:
    """The same, of a list."""
    return Field(default=[], sa_column=Column(JsonText, nullable=False, server_default="[]"))


def optional_integer(*, refers: str = "") -> Any:
    kind = BigInteger().with_variant(Integer, "sqlite")
    column = Column(kind, ForeignKey(refers), nullable=True) if refers else Column(kind, nullable=True)
    return Field(default=None, sa_column=column)


def optional_text() -> Any:
    return Field(default=None, sa_column=Column(Text, nullable=True))


def binary(*, primary: bool = False, optional: bool = False) -> Any:
    column = Column(LargeBinary, nullable=optional, primary_key=primary)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)


def json(default: Any = None) -> Any:
    return Field(default=default, sa_column=Column(JsonText, nullable=False))


def instant(*, optional: bool = False) -> Any:
    column = Column(UtcDateTime, nullable=optional)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)
