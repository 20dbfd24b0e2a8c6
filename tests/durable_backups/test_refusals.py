"""What a restore refuses for the database's sake, and that one which was broken off can be begun again."""

from collections.abc import Callable

import pytest

from durable_backups import restore, restoring
from durable_backups.manifest import Manifest
from shared.data import restoring as rows
from shared.data.engine import transaction_at
from shared.data.snapshots import read_shapes
from tests.durable_backups.filling import read_content, run_statement
from tests.durable_backups.storage import Shelf
from tests.durable_backups.test_damage import reseal

Arrange = Callable[[Shelf, Manifest, str], list[str]]


def into(target_url: str) -> list[str]:
    return ["--database-url", target_url]


def a_database_in_use(_shelf: Shelf, _backup: Manifest, target_url: str) -> list[str]:
    run_statement(target_url, "create table alembic_version (version_num text)")
    run_statement(target_url, "create table companies (name text)")
    run_statement(target_url, "insert into companies values ('somebody''s')")
    return into(target_url)


def somebody_else_s_empty_table(_shelf: Shelf, _backup: Manifest, target_url: str) -> list[str]:
    run_statement(target_url, "create table notes (note text)")
    return into(target_url)


def a_migration_not_known(shelf: Shelf, backup: Manifest, target_url: str) -> list[str]:
    reseal(shelf, backup, revision="9999")
    return into(target_url)


def no_such_database(_shelf: Shelf, _backup: Manifest, target_url: str) -> list[str]:
    return into(f"{target_url}_of_nobody")


def no_such_backup(_shelf: Shelf, _backup: Manifest, target_url: str) -> list[str]:
    return [*into(target_url), "--backup", "20200101T000000Z-00000000"]


def no_backup_at_all(shelf: Shelf, backup: Manifest, target_url: str) -> list[str]:
    assert shelf.store.delete_backup(backup.name)
    return into(target_url)


REFUSALS: dict[Arrange, str] = {
    a_database_in_use: "the database is not empty; a backup is restored into a new one only. It holds: companies",
    somebody_else_s_empty_table: "the database is not empty; a backup is restored into a new one only. It holds: notes",
    a_migration_not_known: "is of migration 9999, which this version of the code does not have",
    no_such_database: "the database cannot be reached",
    no_such_backup: "the manifest of 20200101T000000Z-00000000 is missing",
    no_backup_at_all: "there is no backup in the container",
}


@pytest.mark.parametrize("arrange", REFUSALS, ids=lambda arrange: arrange.__name__)
def test_a_restore_that_cannot_be_right_is_refused_before_anything_is_written(
    arrange: Arrange, backup: Manifest, shelf: Shelf, target_url: str, capsys: pytest.CaptureFixture[str]
):
    arguments = arrange(shelf, backup, target_url)
    before = read_content(target_url)

    assert restore.main(arguments) == 1

    said = capsys.readouterr().err
    assert said.startswith("restore: refused: ")
    assert REFUSALS[arrange] in said
    assert read_content(target_url) == before


def test_rows_that_arrive_otherwise_are_taken_back_and_the_restore_can_be_begun_again(
    backup: Manifest, target_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def copy_and_change(session: object, shape: object, lines: object) -> None:
        rows_in(session, shape, lines)
        if shape.name == "companies":
            session.execute(restoring_text("update companies set name = name || '!'"))

    rows_in, restoring_text = rows.copy_in, rows.text
    with monkeypatch.context() as patch:
        patch.setattr(restoring.restoring, "copy_in", copy_and_change)
        assert restore.main(into(target_url)) == 1
    assert "companies does not hold the rows of the backup; all rows were taken back" in capsys.readouterr().err
    assert read_content(target_url)["companies"][0] == 0

    assert restore.main(into(target_url)) == 0
    assert read_content(target_url)["companies"][0] == next(t.rows for t in backup.tables if t.name == "companies")


@pytest.mark.parametrize(
    ("meanwhile", "refusal"),
    [
        ("insert into funds values (gen_random_uuid(), 'F', now(), 'x')", "somebody else filled funds meanwhile"),
        ("alter table funds add column remark text", "makes other tables here than the backup holds"),
    ],
)
def test_what_happens_to_the_database_while_it_is_restored_is_noticed(
    meanwhile: str,
    refusal: str,
    backup: Manifest,
    target_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    def migrate_and_meddle(*told: object) -> None:
        upgrade(*told)
        run_statement(target_url, meanwhile)

    assert backup.rows
    upgrade = restoring.upgrade_database
    monkeypatch.setattr(restoring, "upgrade_database", migrate_and_meddle)

    assert restore.main(into(target_url)) == 1

    said = capsys.readouterr().err
    assert refusal in said
    assert "no row was restored" in said
    assert read_content(target_url)["companies"][0] == 0


def test_the_list_names_every_backup_and_what_is_wrong_with_it(
    backup: Manifest, shelf: Shelf, capsys: pytest.CaptureFixture[str]
):
    broken = "20990101T000000Z-00000000"
    shelf.replace(f"{broken}/manifest.json", b"{")

    assert restore.main(["--list"]) == 0

    first_line, second_line = capsys.readouterr().out.splitlines()
    assert first_line.startswith(f"{backup.name}  as of ")
    assert f"migration {backup.revision}, {backup.rows:,} rows, {backup.bytes:,} bytes" in first_line
    assert second_line == f"{broken}  DAMAGED: the manifest of {broken} cannot be read"


def test_the_migrations_leave_rows_in_the_tables_that_are_known_for_it_and_no_others(database_url: str):
    with transaction_at(database_url) as session:
        names = [shape.name for shape in read_shapes(session)]
        assert rows.filled_tables(session, names) == []
    assert {name for name, (count, _) in read_content(database_url).items() if count and name in names} == rows.SEEDED
