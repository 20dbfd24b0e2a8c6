"""A dropped blob as the functions host tells of it: which one it is, never its bytes.

A trigger's parameter that is an `SdkType` is given a reference by the host, so that a file of hundreds of megabytes
does not travel through the worker's memory. Microsoft's own types of this kind import the storage and identity
libraries when the app starts, which costs a cold start a second; this one imports neither.
"""

import json
from collections.abc import Mapping
from typing import Any

from azurefunctions.extensions.base import Datum, InConverter, OutConverter, SdkType


class DroppedBlob(SdkType):
    """A reference to a blob.

    Attributes:
        name: Its name inside the container, folders included.
    """

    def __init__(self, *, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data=dict(data or {}))
        self.name = str(self._data.get("BlobName") or "")

    def get_sdk_type(self) -> "DroppedBlob":
        """What the function is given."""
        return self


class DroppedBlobConverter(InConverter, OutConverter, binding="blob", trigger="blobTrigger"):
    """Makes the reference from what the host sends."""

    @classmethod
    def check_input_type_annotation(cls, pytype: type) -> bool:
        """Whether a parameter of this type is given a reference."""
        return isinstance(pytype, type) and issubclass(pytype, DroppedBlob)

    @classmethod
    def decode(cls, data: Datum, *, trigger_metadata: Mapping[str, Any], pytype: type | None = None) -> DroppedBlob:  # noqa: ARG003 (the library's signature)
        """The reference of one invocation.

        Raises:
            ValueError: the host sent something else than a reference.
        """
        if data is None or data.type != "model_binding_data":
            raise ValueError(f"a reference to a blob was expected, not {data and data.type!r}")
        return DroppedBlob(data=json.loads(data.value.content)).get_sdk_type()
