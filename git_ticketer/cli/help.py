"""`git ticket help`: the help of the group or of one command."""

import click


@click.command("help")
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def command(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Show help for git ticket or one of its commands."""
    assert ctx.parent is not None
    current: click.Command = ctx.parent.command
    context = ctx.parent
    for word in words:
        if not isinstance(current, click.Group):
            raise click.UsageError(f"{context.command_path} has no commands", ctx=context)
        _, inner, _ = current.resolve_command(context, [word])
        assert inner is not None
        current = inner
        context = click.Context(inner, info_name=word, parent=context)
    click.echo(current.get_help(context))
