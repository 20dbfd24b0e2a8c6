"""XML read as a stream of events: no document type, no entities, UTF-8 only, nothing nested without end."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol
from xml.parsers import expat

from durable_imports.readers.archives import damaged, refuse_declarations
from durable_imports.readers.limits import refuse_excess

_MAX_DEPTH = 64
_NOT_ENDED = expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]
_LONGEST_TAG = 1_000_000
MOST_TAGS = 40_000_000
_UTF_8 = frozenset((None, "utf-8", "us-ascii", "ascii"))

Place = Callable[[], int]


class Listener(Protocol):
    """Who hears of a document's elements.

    Names come without their prefixes; a listener with a true `hears_prefixes` takes them off itself, which is faster.
    """

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def hear(self, text: str) -> None:
        """Characters within the current element, perhaps not all of them."""


class Names(dict[str, str]):
    """Names without their prefixes, each worked out once; bounded, since a file may hold any number of names."""

    def __missing__(self, name: str) -> str:
        local = name.rpartition(":")[2]
        if len(self) < 1_000:  # noqa: PLR2004 (no schema of a workbook has as many)
            self[name] = local
        return local


def feed_xml(pieces: Iterable[bytes], listener: Listener, part: str, *, whole: bool = True) -> Iterator[None]:
    """Tell the listener what the pieces hold; gives way after each piece, so that rows can go out.

    Args:
        pieces: the document.
        listener: who hears of it.
        part: its name, for messages.
        whole: whether the document must end with the pieces; if not, what they hold is told all the same.

    Raises:
        UnreadableFileError: no well-formed XML, not UTF-8, or with a document type.
    """
    parser = _make_parser(listener)
    if hasattr(listener, "place"):
        listener.place = lambda: parser.CurrentByteIndex
    try:
        for piece in _bounded(pieces, part):
            parser.Parse(piece, False)  # noqa: FBT003 (expat takes no keywords)
            yield
        parser.Parse(b"", True)  # noqa: FBT003 (as above)
        yield
    except expat.ExpatError as error:
        if whole or error.code != _NOT_ENDED:
            raise damaged(f"{part!r} is no proper XML ({error})") from error
        yield


def _bounded(pieces: Iterable[bytes], part: str) -> Iterator[bytes]:
    """The pieces, unless a tag never ends, which the parser would hold in memory, or tags never end, as it were."""
    unended = tags = 0
    for piece in pieces:
        tags += piece.count(b"<")
        if tags > MOST_TAGS:
            raise refuse_excess(f"{part!r} has too many tags", MOST_TAGS, "tags")
        last = piece.rfind(b">")
        unended = len(piece) - last - 1 if last >= 0 else unended + len(piece)
        if unended > _LONGEST_TAG:
            raise damaged(f"{part!r} has a tag or a text of more than {_LONGEST_TAG:,} bytes")
        yield piece


def hear_all(pieces: Iterable[bytes], listener: Listener, part: str) -> None:
    """Tell the listener all of it at once."""
    for _ in feed_xml(pieces, listener, part):
        pass


def _make_parser(listener: Listener) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    names = Names()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise damaged("its XML is nested too deep")
        listener.start(names[name], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        listener.end(names[name])

    direct = getattr(listener, "hears_prefixes", False)
    parser.StartElementHandler = listener.start if direct else start
    parser.EndElementHandler = listener.end if direct else end
    parser.CharacterDataHandler = listener.hear
    parser.XmlDeclHandler = _check_declaration
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    if (encoding.casefold() if encoding else None) not in _UTF_8:
        raise damaged(f"its XML is in {encoding} and not in UTF-8")


def _refuse_doctype(*_: object) -> None:
    raise refuse_declarations()
