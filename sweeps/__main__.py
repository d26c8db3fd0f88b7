"""``python -m sweeps``."""

if __name__ == "__main__":
    from sweeps.cli import main

    main(prog_name="python -m sweeps")
