"""What a student's objects are on the judge's side: names for what stays in the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .stranger import one_line

if TYPE_CHECKING:
    from .session import Session

__all__ = ["Opaque", "Remote", "RemoteFunction"]


class Remote:
    """A student's object, as a test cell sees it: its attributes are asked for."""

    def __init__(self, session: Session, told: list[Any], name: str | None) -> None:
        _, number, _, own_name, kind, text = told
        self._session, self._number, self._path = session, number, name
        self._generation = session.generation
        self._kind, self._text = one_line(kind, 80), one_line(text, 200)
        self.__name__ = one_line(own_name, 80) or one_line(kind, 80)

    def __repr__(self) -> str:
        return self._text

    def __deepcopy__(self, _: Any) -> Remote:
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # Python's own protocols are the judge's, not the student's
            raise AttributeError(name)
        return self._session.attribute(self, name)

    def __len__(self) -> int:
        return int(self._session.call(self, (), {}, method="__len__"))

    def __getitem__(self, key: Any) -> Any:
        return self._session.call(self, (key,), {}, method="__getitem__")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError(f"{self._kind} is no array")

    __iter__ = None


class RemoteFunction(Remote):
    """A student's function or class."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._session.call(self, args, kwargs)


class Opaque:
    """A value that cannot be judged; a test that looks at it fails and says so."""

    def __init__(self, kind: str, why: str) -> None:
        self._text = f"<{one_line(kind, 80)}: {one_line(why, 200)}>"

    def __repr__(self) -> str:
        return self._text
