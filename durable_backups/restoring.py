"""Rebuilds an empty database from a backup: proved before anything is written, and again before it is kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from durable_backups.blobs import BackupStore
from durable_backups.checking import check_backup
from durable_backups.manifest import Manifest, Table
from durable_backups.migrating import knows_revision, upgrade_database
from durable_backups.parts import prove_part
from shared.data import restoring
from shared.data.engine import transaction_at
from shared.data.snapshots import copy_out, fix_notation, read_revision, read_shapes
from shared.domain.snapshots import RowDigest, Shape

Say = Callable[[str], None]


class RestoreRefusedError(Exception):
    """The backup was not restored; the message says why. Unless it says otherwise, nothing was written."""


@dataclass(frozen=True)
class Restore:
    """One restore.

    Attributes:
        store: Where the backup is.
        backup: Its name.
        database_url: The empty database, as SQLAlchemy writes it.
        root: The folder of `sql/`.
        say: Is told how far it is.
    """

    store: BackupStore
    backup: str
    database_url: str
    root: Path
    say: Say

    def run(self) -> Manifest:
        """Restore, and bring the database to the newest migration; the answer is the backup's manifest.

        Raises:
            DamagedBackupError: the backup is not what was written; nothing was.
            RestoreRefusedError: the database is not empty or not there, or the backup is of a migration not known here.
            RuntimeError: a migration failed.
        """
        manifest = self.store.load_manifest(self.backup)
        if not knows_revision(self.root, manifest.revision):
            message = f"{self.backup} is of migration {manifest.revision}, which this version of the code does not have"
            raise RestoreRefusedError(message)
        self._require_empty(manifest)
        self.say(f"reading the backup {self.backup}: {manifest.rows:,} rows in {len(manifest.tables)} tables")
        check_backup(self.store, self.backup, self.say)
        self.say(f"every part is whole; bringing the database to migration {manifest.revision}")
        upgrade_database(self.root, self.database_url, manifest.revision)
        with transaction_at(self.database_url) as session:
            self._fill(session, manifest)
        self.say("every table is as it was and is kept; bringing the database to the newest migration")
        try:
            upgrade_database(self.root, self.database_url, "head")
        except RuntimeError as problem:
            raise RuntimeError(f"every row is restored and kept; only run the migrations again: {problem}") from None
        return manifest

    def _require_empty(self, manifest: Manifest) -> None:
        """No tables at all, or those that a restore which was broken off has made, still without rows."""
        try:
            with transaction_at(self.database_url) as session:
                shapes = read_shapes(session)
                if not shapes:
                    return
                filled = restoring.filled_tables(session, [shape.name for shape in shapes])
                unborn = not filled and _same(shapes, manifest) and read_revision(session) == manifest.revision
        except OperationalError as problem:
            raise RestoreRefusedError(f"the database cannot be reached: {problem.orig}") from None
        if not unborn:
            found = ", ".join(filled or [shape.name for shape in shapes])
            raise RestoreRefusedError(
                f"the database is not empty; a backup is restored into a new one only. It holds: {found}"
            )

    def _fill(self, session: Session, manifest: Manifest) -> None:
        """Every row, every sequence; and the proof, read from the database, before it is committed."""
        restoring.begin_restore(session)
        fix_notation(session)
        tables = {table.name: table for table in manifest.tables}
        if not _same(read_shapes(session), manifest):
            message = (
                f"migration {manifest.revision} makes other tables here than the backup holds; no row was restored"
            )
            raise RestoreRefusedError(message)
        if filled := restoring.filled_tables(session, list(tables)):
            raise RestoreRefusedError(f"somebody else filled {', '.join(filled)} meanwhile; no row was restored")
        forced = restoring.lift_force(session)
        restoring.clear_tables(session, list(tables))
        references = restoring.lift_references(session)
        for table in manifest.tables:
            self._copy_table(session, table)
        restoring.put_references_back(session, references)
        restoring.set_sequences(session, manifest.sequences)
        restoring.gather_statistics(session)
        self._prove(session, tables)
        restoring.put_force_back(session, forced)

    def _copy_table(self, session: Session, table: Table) -> None:
        for part in table.parts:
            with prove_part(part, self.store.load_part(self.backup, part)) as lines:
                restoring.copy_in(session, table.shape, lines)
        self.say(f"{table.name}: written (rows: {table.rows:,})")

    def _prove(self, session: Session, tables: Mapping[str, Table]) -> None:
        for table in tables.values():
            digest = RowDigest()
            copy_out(session, table.shape, digest)
            if (digest.rows, digest.hexdigest) != (table.rows, table.digest):
                message = f"{table.name} does not hold the rows of the backup; all rows were taken back"
                raise RestoreRefusedError(message)
            self.say(f"{table.name}: as it was (digest: {digest.hexdigest[:16]}…)")


def _same(shapes: Sequence[Shape], manifest: Manifest) -> bool:
    """Whether these are the backup's tables, column by column, in whatever order."""
    return {(shape.name, frozenset(shape.columns)) for shape in shapes} == {
        (table.name, frozenset(table.columns)) for table in manifest.tables
    }
