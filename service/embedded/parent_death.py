"""No process of ours outlives its owner: on Linux the kernel ends it when the owner dies, even by SIGKILL.

Run as a script, this file turns itself into one server: it requests that signal, changes to the account passed, and
executes the command. It does what `preexec_fn` would, which is unsafe in a process with threads. The request
follows the change of account, because that change clears it. It may import the standard library only.

    python orphan.py OWNER_PID SIGNAL UID GID COMMAND...
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
ORPHAN_GRACE_S = 1.0
"""How long a worker may go on with what is under way once its launcher is dead."""


def exit_with_parent(*end_signals: signal.Signals) -> None:
    """Have this server worker end within ORPHAN_GRACE_S of its launcher's death; call it first in its main thread.

    The worker gets the `end_signals`, SIGTERM unless some are named, and what it has not finished by then is cut off.
    For workers that multiprocessing forks or spawns. What a closed terminal ends is the launcher, not they. The kernel
    watches the launcher's *thread* that started us.
    """
    import multiprocessing  # a server's start need not wait for it

    def end_in_time(*_signal: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, ORPHAN_GRACE_S)  # the kernel ends a process that does not handle SIGALRM
        for number in end_signals or (signal.SIGTERM,):
            signal.raise_signal(number)

    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGUSR2, end_in_time)
    launcher = multiprocessing.parent_process()
    _set_death_signal(os.getppid() if launcher is None else launcher.pid, signal.SIGUSR2)


def _set_death_signal(owner_pid: int | None, death_signal: int) -> None:
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(death_signal))
    if os.getppid() != owner_pid:
        raise SystemExit("The owner of this process died before it could be watched.")


def _switch_account(uid: int, gid: int) -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def _main(owner_pid: str, last_signal: str, uid: str, gid: str, *command: str) -> None:
    _switch_account(int(uid), int(gid))
    _set_death_signal(int(owner_pid), int(last_signal))
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # the owner holds signals while it starts us
    os.umask(0o077)
    os.execv(command[0], command)  # noqa: S606 - the whole purpose of this script


if __name__ == "__main__":
    _main(*sys.argv[1:])
