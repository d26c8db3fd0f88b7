"""``python -m seedbed`` is the command ``seedbed``."""

if __name__ == "__main__":
    from seedbed.cli.main import run

    run()
