"""The operating-system account the servers run as."""

import os
import pwd
import subprocess
from pathlib import Path

import msgspec


class SystemAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A user of the operating system."""

    name: str
    uid: int
    gid: int

    @property
    def is_current(self) -> bool:
        """Whether this process already runs as that user."""
        return os.geteuid() == self.uid

    def can_access(self, path: Path) -> bool:
        """Whether that user may enter (a folder) or run (a file) `path`; the kernel answers, so that ACLs count."""
        if self.is_current:
            return os.access(path, os.X_OK)
        probe = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return (
            subprocess.run(probe, user=self.uid, group=self.gid, extra_groups=[], cwd="/", check=False).returncode == 0
        )


def server_account() -> SystemAccount:
    """`nobody` when we are root, because PostgreSQL refuses to run as root; else the user we already are."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        return SystemAccount(name=nobody.pw_name, uid=nobody.pw_uid, gid=nobody.pw_gid)
    return own_account()


def own_account() -> SystemAccount:
    """The user we are."""
    return SystemAccount(name=f"uid {os.geteuid()}", uid=os.geteuid(), gid=os.getegid())
