"""Answers that are files to keep."""

import azure.functions as func


def file_answer(name: str, content_type: str, content: bytes) -> func.HttpResponse:
    """A file under an ASCII name, which no cache keeps."""
    headers = {
        "Content-Type": content_type,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return func.HttpResponse(content, headers=headers, mimetype=content_type.partition(";")[0])
