"""What tells the datasets of an archive apart."""

from __future__ import annotations

from dataclasses import dataclass

from mdc_core.designations import DEFAULT, NAMED_BY_COLLECTION

from ..archive.places import ArchiveFile


@dataclass(frozen=True)
class DatasetKey:
    """What the files of one dataset have in common.

    Attributes:
        workspace: `subscription/group/workspace`, in lower case.
        service, model, designation: folders of the path.
        collection_name: name of the files of signals and general data, which one folder holds
            several of; empty for the others.
    """

    workspace: str
    service: str
    model: str
    designation: str
    collection_name: str = ""

    @classmethod
    def of_file(cls, file: ArchiveFile) -> DatasetKey:
        """Return the dataset of a file."""
        folder = file.folder
        stem = file.file_name.rpartition(".")[0]
        is_named = folder.designation in NAMED_BY_COLLECTION
        if not is_named or stem in ("data", DEFAULT, folder.designation):
            stem = ""
        workspace = folder.workspace.lower()
        return cls(workspace, folder.service, folder.model, folder.designation, stem)

    def __str__(self) -> str:
        names = [self.service, self.model, self.designation]
        return "/".join(names + [self.collection_name] * bool(self.collection_name))
