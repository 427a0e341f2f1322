"""What a confined process gives up before it reads a word: memory, the network, outliving its parent."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
#: The largest file it ever writes is its copy of the emoji font, 10 MB.
LARGEST_FILE_BYTES = 64 * 2**20


def end_with(parent: int) -> None:
    """Be killed with the parent, also when it is killed itself; exit at once when it is gone already."""
    if sys.platform == "linux":
        _libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def without_network() -> bool:
    """Leave every network, where the kernel lets us. Where not, the page fetcher and DuckDB have locks of their own."""
    if sys.platform != "linux":
        return False
    leave = _libc().unshare
    return any(leave(kind) == 0 for kind in (NEW_NETWORK, NEW_USER | NEW_NETWORK))


def limit_memory(megabytes: int) -> None:
    """No more data than this (RLIMIT_DATA: heap and private mappings, not the libraries), and no core."""
    most = megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_files() -> None:
    """No large ones."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE_BYTES, LARGEST_FILE_BYTES))


def limit_time(seconds: int) -> None:
    """So many more seconds of processor; then SIGXCPU ends us."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, most))


def used() -> dict[str, float]:
    """Seconds of processor so far, and the most memory resident at once in MB, as this program's own."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu_seconds": spent.ru_utime + spent.ru_stime, "peak_mb": _peak_mb(spent.ru_maxrss)}


def _peak_mb(maxrss_kb: int) -> float:
    """Linux's own figure begins anew with the program; getrusage's may still be that of the parent."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return maxrss_kb / 1024
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
