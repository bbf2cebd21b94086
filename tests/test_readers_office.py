"""DOC, WPS and RTF through LibreOffice, and what is said where it is missing or fails."""

import os
import random
import shutil
import stat
import subprocess

import pytest
from pages import draw_page, missed, wrong
from test_readers_docx import written

from gidtk.errors import MissingExtraError, UnreadableFileError
from gidtk.form import load_form
from gidtk.readers import office, read_bytes, sniff
from gidtk.tables import read_cells

RTF = rb"{\rtf1\ansi\ansicpg936 {\b \u19968?\u12289?}\u35268?\u31456? 5}"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def with_office() -> str:
    return shutil.which("soffice") or pytest.skip("no LibreOffice on this machine (soffice)")


def test_an_old_document_is_read_whole(tmp_path):
    program = with_office()
    drawn = draw_page("f2021", random.Random(5).randrange(99))
    (tmp_path / "a.docx").write_bytes(written(drawn))
    command = [program, f"-env:UserInstallation={(tmp_path / 'p').as_uri()}", "--headless", "--convert-to", "doc"]
    subprocess.run([*command, "--outdir", tmp_path, tmp_path / "a.docx"], check=True, capture_output=True, timeout=100)
    data = (tmp_path / "a.doc").read_bytes()
    document = read_bytes(data, "a.doc")
    _, cells, _ = read_cells(document.blocks, load_form(drawn.form.id))
    found = {(cell.table, cell.row, cell.column): cell for cell in cells}
    assert (sniff(data), document.format, wrong(drawn, found), missed(drawn, found)) == ("doc", "doc", {}, {})


def test_rtf_is_read():
    with_office()
    assert [block.text for block in read_bytes(RTF, "a.rtf").blocks] == ["一、规章 5"]


@pytest.mark.parametrize(
    ("data", "kind"), [(RTF, "RTF"), (OLE + "WordDocument".encode("utf-16-le"), "DOC"), (OLE, "WPS")]
)
def test_without_libreoffice_the_error_says_what_to_install(data, kind, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(MissingExtraError, match=rf"a\.x: reading {kind} needs LibreOffice \(soffice\): install it, or"):
        read_bytes(data, "a.x")


def program(folder, script: str) -> None:
    """Put a program of ours in the place of LibreOffice."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.skipif(os.name == "nt", reason="writes a shell script")
def test_what_libreoffice_cannot_convert_or_takes_too_long_for_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    program(tmp_path, "echo first >&2; echo 'source file could not be loaded' >&2")
    with pytest.raises(UnreadableFileError, match=r"LibreOffice cannot convert it \(source file could not be loaded\)"):
        read_bytes(RTF, "a.rtf")
    program(tmp_path, "true")
    with pytest.raises(
        UnreadableFileError, match=r"a\.rtf: LibreOffice cannot convert it \(it made no document\): save"
    ):
        read_bytes(RTF, "a.rtf")
    program(tmp_path, "exec sleep 20")
    monkeypatch.setattr(office, "LONGEST", 0.3)
    with pytest.raises(
        UnreadableFileError, match=r"a\.rtf: LibreOffice took more than 0.3 s for it: save the document"
    ):
        read_bytes(RTF, "a.rtf")


@pytest.mark.skipif(os.name == "nt", reason="writes a shell script")
def test_the_profile_is_our_own_and_runs_no_macro(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    seen = tmp_path / "seen"
    program(tmp_path, f'for a in "$@"; do echo "$a"; done > {seen}; cat profile/user/*.xcu >> {seen}')
    with pytest.raises(UnreadableFileError):
        read_bytes(RTF, "a.rtf")
    said = seen.read_text(encoding="utf-8")
    assert "--headless" in said
    assert "-env:UserInstallation=file:///" in said
    assert '<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value>' in said
