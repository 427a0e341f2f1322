"""The demonstration's mail server keeps every message, and shows a duplicate as one."""

from __future__ import annotations

from pathlib import Path

from tasks.deliver.local_server import running
from tasks.deliver.send import deliver
from tasks.deliver.smtp import attempt
from tests.deliver import world


def test_every_message_becomes_a_file(tmp_path: Path) -> None:
    place, folder = world.edition(tmp_path / "editions"), tmp_path / "mail"
    with running(folder) as server, running(folder) as other:
        assert server.port != other.port
        deliver(world.institution(), place, server=server, run_key="one", again=False, clock=world.clock)
        assert server.is_local
    mails = {str(mail["To"]): (path, mail) for path in folder.iterdir() for mail in [world.parsed(path)]}
    assert set(mails) == {who for who, _ in world.PEOPLE}
    for path, mail in mails.values():
        assert path.suffix == ".eml"
        assert mail["Message-ID"] == f"<{path.stem}@overbrugge.example>"


def test_the_same_message_twice_is_two_files_and_no_name_leads_outside(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    honest = b"Message-ID: <" + b"a" * 40 + b"@x.example>\r\n\r\nhi\r\n"
    evil = b"Message-ID: <../../evil@x.example>\r\n\r\nhi\r\n"
    with running(folder) as server:
        for message in (honest, honest, honest, evil, b"no header at all\r\n"):
            assert attempt(server, "a@x.example", "b@x.example", message).state == "sent"
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 5
    assert [name for name in names if name.startswith("aaa")] == [f"{'a' * 40}{end}.eml" for end in ("-2", "-3", "")]
    assert list(tmp_path.rglob("*evil*")) == []
    assert (folder / names[0]).read_bytes() in (honest, evil, b"no header at all\r\n")
