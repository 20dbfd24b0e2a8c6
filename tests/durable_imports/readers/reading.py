"""Files made in memory and what the readers make of them."""

import io
import zipfile
from collections.abc import Mapping

import xlsxwriter

from durable_imports.readers import LIMITS, Limits, UnreadableFileError, open_sheets
from shared.services.import_files import Cell, Sheet

Rows = list[tuple[int, list[Cell]]]

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def read_all(content: bytes, *, cached_values: bool = False, limits: Limits = LIMITS) -> dict[str | None, Rows]:
    """Every sheet's rows, by its name."""
    with open_sheets(io.BytesIO(content), cached_values=cached_values, limits=limits) as sheets:
        return {sheet.name: list(sheet.read_rows()) for sheet in sheets}


def read_rows(content: bytes, *, cached_values: bool = False, limits: Limits = LIMITS) -> Rows:
    """The first sheet's rows."""
    return next(iter(read_all(content, cached_values=cached_values, limits=limits).values()))


def refusal_of(content: bytes, *, limits: Limits = LIMITS) -> UnreadableFileError | None:
    """Why the file is refused; None when all of it is read."""
    try:
        read_all(content, limits=limits)
    except UnreadableFileError as error:
        return error
    return None


def text_sheet(*rows: list[Cell], name: str | None = None, hidden: bool = False) -> Sheet:
    """A sheet of rows numbered from 1; blank rows are left out, as readers do."""
    numbered: Rows = [(number, list(row)) for number, row in enumerate(rows, 1) if any(row)]
    return Sheet(name, lambda: iter([(number, list(row)) for number, row in numbered]), hidden=hidden)


def written_xlsx(sheets: Mapping[str, list[list[object]]], **options: object) -> bytes:
    """A workbook as a spreadsheet program writes it; texts that begin with `=` are formulas."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(number, column, value)
    return buffer.getvalue()


def packed(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of the parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def sheet_xml(rows: str) -> str:
    opened = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}" xmlns:x="{_MAIN}">'
    return f"{opened}<sheetData>{rows}</sheetData></worksheet>"


def xlsx_parts(
    rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', *, texts: str = "", styles: str = ""
) -> dict[str, str | bytes]:
    """The parts of the smallest workbook, with the rows of its sheet, its shared texts and its styles as XML."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{_RELATIONS}/styles" Target="/xl/styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet_xml(rows),
    }
    if texts:
        parts["xl/sharedStrings.xml"] = f"<sst>{texts}</sst>"
    if styles:
        parts["xl/styles.xml"] = f"<styleSheet>{styles}</styleSheet>"
    return parts


def raw_xlsx(rows: str) -> bytes:
    """A workbook whose only sheet has these rows."""
    return packed(xlsx_parts(rows))


def ods_parts(table: str) -> dict[str, str | bytes]:
    """The parts of an ODS workbook whose spreadsheet holds this XML."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis"/>',
        "content.xml": f"<office:document-content {spaces}><office:automatic-styles>"
        '<style:style style:name="off"><style:table-properties table:display="false"/></style:style>'
        "</office:automatic-styles><office:body><office:spreadsheet>"
        f"{table}</office:spreadsheet></office:body></office:document-content>",
    }


def raw_ods(rows: str) -> bytes:
    """An ODS workbook whose only table has these rows."""
    return packed(ods_parts(f'<table:table table:name="Data">{rows}</table:table>'))
