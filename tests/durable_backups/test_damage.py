"""A backup that is not what was written is refused before anything is written, and told apart by what is wrong."""

import gzip
import json
from collections.abc import Callable
from hashlib import sha256

import pytest

from durable_backups import restore
from durable_backups.blobs import MANIFEST
from durable_backups.manifest import Manifest, Part, Table, seal_manifest
from tests.durable_backups.filling import read_content
from tests.durable_backups.storage import Shelf

Damage = Callable[[Shelf, Manifest], None]


def table_of(manifest: Manifest, name: str = "fx_holidays") -> Table:
    return next(table for table in manifest.tables if table.name == name)


def a_part(manifest: Manifest) -> Part:
    return table_of(manifest).parts[0]


def path_of(manifest: Manifest) -> str:
    return f"{manifest.name}/{a_part(manifest).path}"


def flip_a_byte(shelf: Shelf, manifest: Manifest) -> None:
    content = bytearray(shelf.read(path_of(manifest)))
    content[len(content) // 2] ^= 1
    shelf.replace(path_of(manifest), bytes(content))


def cut_a_part_off(shelf: Shelf, manifest: Manifest) -> None:
    shelf.replace(path_of(manifest), shelf.read(path_of(manifest))[:-1])


def lose_a_part(shelf: Shelf, manifest: Manifest) -> None:
    shelf.blobs.delete_blob(path_of(manifest))


def lose_the_manifest(shelf: Shelf, manifest: Manifest) -> None:
    shelf.blobs.delete_blob(f"{manifest.name}/{MANIFEST}")


def cut_the_manifest_off(shelf: Shelf, manifest: Manifest) -> None:
    path = f"{manifest.name}/{MANIFEST}"
    shelf.replace(path, shelf.read(path)[:-30])


def edit_the_manifest(shelf: Shelf, manifest: Manifest) -> None:
    path = f"{manifest.name}/{MANIFEST}"
    stored = json.loads(shelf.read(path))
    stored["manifest"]["tables"][1]["rows"] += 1
    shelf.replace(path, json.dumps(stored).encode())


def swap_the_manifest(shelf: Shelf, manifest: Manifest) -> None:
    reseal(shelf, manifest, name="20200101T000000Z-00000000")


def reseal(shelf: Shelf, manifest: Manifest, **changed: object) -> None:
    """A manifest with other content, sealed as if it had been written so."""
    shelf.replace(f"{manifest.name}/{MANIFEST}", seal_manifest(manifest.model_copy(update=changed)))


def reseal_table(shelf: Shelf, manifest: Manifest, **changed: object) -> None:
    other = table_of(manifest).model_copy(update=changed)
    reseal(shelf, manifest, tables=tuple(other if table.name == other.name else table for table in manifest.tables))


def come_from_the_future(shelf: Shelf, manifest: Manifest) -> None:
    reseal(shelf, manifest, format=2)


def count_a_row_less(shelf: Shelf, manifest: Manifest) -> None:
    reseal_table(shelf, manifest, rows=table_of(manifest).rows - 1)


def count_a_row_less_in_a_part(shelf: Shelf, manifest: Manifest) -> None:
    part = a_part(manifest)
    reseal_table(shelf, manifest, parts=(part.model_copy(update={"rows": part.rows - 1}),))


def replace_a_row_and_reseal_the_part(shelf: Shelf, manifest: Manifest) -> None:
    rows = gzip.decompress(shelf.read(path_of(manifest))).replace(b"1999-01-01", b"1999-01-02")
    content = gzip.compress(rows)
    shelf.replace(path_of(manifest), content)
    part = a_part(manifest).model_copy(update={"bytes": len(content), "sha256": sha256(content).hexdigest()})
    reseal_table(shelf, manifest, parts=(part,))


DAMAGES: dict[Damage, str] = {
    flip_a_byte: "fx_holidays/00000.gz holds other bytes than were written",
    cut_a_part_off: "fx_holidays/00000.gz has",
    lose_a_part: "fx_holidays/00000.gz is missing",
    lose_the_manifest: "is missing",
    cut_the_manifest_off: "cannot be read",
    edit_the_manifest: "was changed after it was written",
    swap_the_manifest: "belongs to",
    come_from_the_future: "has format 2; this version reads format 1",
    count_a_row_less: "the parts of fx_holidays hold other rows than the manifest counts",
    count_a_row_less_in_a_part: "fx_holidays/00000.gz holds",
    replace_a_row_and_reseal_the_part: "the parts of fx_holidays hold other rows than the manifest counts",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_backup_is_refused_before_anything_is_written(
    damage: Damage, backup: Manifest, shelf: Shelf, target_url: str, capsys: pytest.CaptureFixture[str]
):
    damage(shelf, backup)

    assert restore.main(["--database-url", target_url, "--backup", backup.name]) == 1

    said = capsys.readouterr().err
    assert said.startswith("restore: refused: ")
    assert DAMAGES[damage] in said
    assert read_content(target_url) == {}
    assert restore.main(["--check", "--backup", backup.name]) == 1


def test_all_damage_is_told_at_once(backup: Manifest, shelf: Shelf, capsys: pytest.CaptureFixture[str]):
    flip_a_byte(shelf, backup)
    shelf.blobs.delete_blob(f"{backup.name}/companies/00000.gz")

    assert restore.main(["--check"]) == 1

    said = capsys.readouterr().err
    assert "companies/00000.gz is missing; fx_holidays/00000.gz holds other bytes" in said


def test_a_part_that_changes_after_it_was_proved_takes_every_row_back(
    backup: Manifest, shelf: Shelf, target_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from durable_backups import restoring  # noqa: PLC0415 (the module whose step is watched)

    def migrate_and_damage(*told: object) -> None:
        upgrade(*told)
        flip_a_byte(shelf, backup)

    upgrade = restoring.upgrade_database
    monkeypatch.setattr(restoring, "upgrade_database", migrate_and_damage)

    assert restore.main(["--database-url", target_url]) == 1

    assert "holds other bytes than were written" in capsys.readouterr().err
    assert read_content(target_url)["companies"][0] == 0
