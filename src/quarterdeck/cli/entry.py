"""Where the process begins. It imports nothing yet: the rest takes a second on a slow machine, and Ctrl-C in it ends as
cleanly as later."""


def main() -> int:
    try:
        from quarterdeck.cli.main import main as command

        return command()
    except KeyboardInterrupt:
        return 130  # exits.Exit.INTERRUPTED, which may not be there yet
