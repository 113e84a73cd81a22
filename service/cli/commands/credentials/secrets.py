"""`askonce secrets`: the keys under which secrets of doors, webhooks and mail tokens are stored."""

from pathlib import Path

import click

from service.cli.options import data_dir_option


@click.group()
def command() -> None:
    """Keep the secrets in the database sealed: those of doors and webhooks, and the key of mail tokens.

    ASKONCE_SECRETS_KEY names the keys, ASKONCE_SECRETS_KEY_FILE a file of them. The first seals, all of them open.
    """


@command.command()
def key() -> None:
    """Print a new key for ASKONCE_SECRETS_KEY.

    \b
    (umask 077; askonce secrets key > secrets.key)
    """
    from service.sealing.keys import make_key

    click.echo(make_key())


@command.command()
@data_dir_option
def rotate(data_dir: Path | None) -> None:
    """Seal every secret with the first key: those that are plain, and those of an older key.

    To replace a key, put the new one in front of it, restart every process, run this, and take the old one away. Ends
    with status 1 if a secret cannot be opened; it stays as it is, and the others are sealed.
    """
    from service.cli.serving import secrets
    from service.cli.serving.servers import run_in_transaction
    from service.sealing.keys import current_ring

    done = run_in_transaction(data_dir, secrets.rotate)
    how = f"with the key {current_ring().fingerprint}…" if current_ring().fingerprint else "plainly: no key is set"
    click.echo(f"{done.sealed} secrets are stored anew, {how}")
    if done.unreadable:
        raise click.ClickException(f"No key opens the secret of: {'; '.join(sorted(done.unreadable))}.")


@command.command()
@data_dir_option
def check(data_dir: Path | None) -> None:
    """Say how many secrets there are, which are plain, and which no key opens; status 1 if there are such."""
    from service.cli.serving.servers import run_in_transaction
    from service.sealing.rotation import find_secrets

    found = run_in_transaction(data_dir, find_secrets)
    click.echo(f"{found.total} secrets, {len(found.plain)} of them plain")
    for place in found.plain:
        click.echo(f"plain: {place}")
    if found.unreadable:
        raise click.ClickException(f"No key opens the secret of: {'; '.join(found.unreadable)}.")
