"""What a table's content is told by: its shape, and a digest that does not depend on the order of its rows."""

from dataclasses import dataclass, field
from hashlib import sha256

_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class Shape:
    """A table and the columns that hold values of their own, in the order in which rows are written."""

    name: str
    columns: tuple[str, ...]


@dataclass(slots=True)
class RowDigest:
    """A table's rows as one number: the sum of every row's SHA-256, so their order is of no matter.

    Two tables have the same digest and count when they hold the same rows, each as often. It is evidence against
    mistakes and damage, not against somebody who may choose the rows.
    """

    rows: int = 0
    _sum: int = field(default=0, repr=False)

    def write(self, line: bytes) -> None:
        """Take in one row as COPY writes it."""
        self.rows += 1
        self._sum += int.from_bytes(sha256(line).digest(), "big")

    @property
    def hexdigest(self) -> str:
        """The digest, 64 hexadecimal digits."""
        return f"{self._sum % _MODULUS:064x}"
