"""What a resource's body may look like: the vocabulary that Azure's models are translated into."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Shape:
    """What a value may be.

    Attributes:
        kind: text, number, flag, list, map, model, fields or any.
        of: A list's or a map's items.
        model: A model's class.
        values: What a text may say; empty: anything.
        fields: The properties of a model that has no class of its own.
    """

    kind: str
    of: "Shape | None" = None
    model: str = ""
    values: frozenset[str] = frozenset()
    fields: "dict[str, Field]" = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True)
class Field:
    """A property: what it may be, whether it must be there, and whether only Azure writes it."""

    shape: Shape
    required: bool = False
    read_only: bool = False


TEXT, NUMBER, FLAG, ANY = Shape("text"), Shape("number"), Shape("flag"), Shape("any")


def text_of(*values: str) -> Shape:
    """A text that says one of these."""
    return Shape("text", values=frozenset(values))


def list_of(item: Shape) -> Shape:
    """A list of these."""
    return Shape("list", item)


def fields_of(**fields: Field) -> Shape:
    """An object with these properties and no others."""
    return Shape("fields", fields=fields)
