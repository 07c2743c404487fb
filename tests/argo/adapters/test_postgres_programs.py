"""PostgreSQL's programs are told where the database is, and the password where no list of processes shows it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url

from argo_core.adapters.backups.postgres_programs import dump

PROGRAM = '#!/bin/sh\nprintf "%s\\n" "$PGPASSWORD" "$@" > "${0%/*}/told"\n'


async def test_a_password_goes_by_the_environment_and_no_stars_go_in_its_place(tmp_path: Path) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    url = make_url("postgresql+asyncpg://argo:s3cret@db.example:5433/argo")
    await dump(url, "00000003-1", tmp_path / "database.dump", tmp_path)
    password, *words = (tmp_path / "told").read_text().splitlines()
    assert password == "s3cret"
    assert "--dbname=postgresql://argo@db.example:5433/argo" in words
