"""Walls around one submission: namespaces, private folders, limits. Runs inside the sandbox.

Everything here happens between the fork of a worker and its first line of student code. It needs
no privilege: a fresh user namespace gives the right to make the others, and is given up again.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import signal
import sys

__all__ = [
    "become_nobody",
    "fork_into_namespaces",
    "furnish",
    "give_up_rights",
    "is_root",
    "limit",
    "tie_to_parent",
]

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
NAMESPACES = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWUTS
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 0x4000, 0x40000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_MACHINE = os.uname().machine if os.name == "posix" else ""
SYS_CAPSET = {"x86_64": 126, "aarch64": 91, "riscv64": 91}.get(_MACHINE)
SYS_CLONE = {"x86_64": 56, "aarch64": 220, "riscv64": 220}.get(_MACHINE)

#: What a submission may use. A notebook of this course needs a tenth of each.
LIMITS = {
    "RLIMIT_AS": 2_000_000_000,  # bytes of address space of one process
    "RLIMIT_CPU": 60,  # seconds
    "RLIMIT_FSIZE": 32_000_000,  # bytes of one file
    "RLIMIT_NOFILE": 64,
    "RLIMIT_NPROC": 24,  # processes and threads, counted inside the user namespace
    "RLIMIT_CORE": 0,
    "RLIMIT_MSGQUEUE": 0,
    "RLIMIT_MEMLOCK": 0,
}
#: Bytes of files that a submission can keep.
SCRATCH = 64_000_000

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _check(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def tie_to_parent() -> None:
    """End this process when its parent ends."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)


def _mount(kind: str, target: str, flags: int, options: str = "") -> None:
    assert _libc is not None
    _check(
        _libc.mount(kind.encode(), target.encode(), kind.encode(), flags, options.encode() or None),
        f"mount on {target}",
    )


def fork_into_namespaces() -> int:
    """Like `os.fork`, but the child is process 1 of fresh namespaces, which it has to `furnish`.

    One fork, where leaving for namespaces first and forking then would be two: a process as large
    as this one takes milliseconds to copy and to clear away.
    """
    if SYS_CLONE is None:
        raise OSError(errno.ENOSYS, f"new namespaces: not known how, on {_MACHINE}")
    # as `os.fork` does it, with the flags that it cannot be given; the lock of the interpreter is
    # held throughout
    python, system = ctypes.pythonapi, ctypes.PyDLL(None, use_errno=True)
    python.PyOS_BeforeFork()
    number = int(system.syscall(SYS_CLONE, NAMESPACES | signal.SIGCHLD, 0, 0, 0, 0))
    if number == 0:
        python.PyOS_AfterFork_Child()
        return 0
    error = ctypes.get_errno()
    python.PyOS_AfterFork_Parent()
    if number < 0:
        raise OSError(error, f"new namespaces: {os.strerror(error)}")
    return number


def furnish(uid: int, gid: int) -> None:
    """Be this user, as outside, in the namespaces, and see private folders only."""
    assert _libc is not None
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    _check(_libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None), "private mounts")
    safe = MS_NOSUID | MS_NODEV
    _mount("tmpfs", "/tmp", safe, f"size={SCRATCH},nr_inodes=2000,mode=0700")
    # nothing of a course needs /proc, and an empty folder tells nothing and can be written nowhere
    _mount("tmpfs", "/proc", safe | MS_NOEXEC | MS_RDONLY, "size=4096,nr_inodes=2,mode=0555")
    os.mkdir("/tmp/home")
    os.chdir("/tmp/home")


def give_up_rights() -> None:
    """Drop every capability for good; what this process starts cannot regain one."""
    assert _libc is not None
    for capability in range(64):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
    if SYS_CAPSET is not None:
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        _check(_libc.syscall(SYS_CAPSET, header, (ctypes.c_uint32 * 6)()), "no capabilities")
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def limit() -> None:
    """Set the limits of `LIMITS` on this process and all that it starts."""
    for name, value in LIMITS.items():
        number = getattr(resource, name, None)
        if number is None:
            continue
        # a limit that is already lower stays; macOS refuses some of them
        with contextlib.suppress(ValueError, OSError):
            _, hard = resource.getrlimit(number)
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(number, (value, value))


def is_root() -> bool:
    """Whether this is the machine's root, not the root of a user namespace only."""
    if os.name != "posix" or os.getuid() != 0:
        return False
    try:
        with open("/proc/self/uid_map") as file:
            return file.read().split() == ["0", "0", "4294967295"]
    except OSError:
        return True


def become_nobody() -> None:
    """Turn from root into a user who owns nothing."""
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
    if _libc is not None:
        # the kernel hides /proc/self from a process that changed its user, and we write uid_map
        _libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
