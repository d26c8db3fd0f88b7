"""``python -m analysis``."""

if __name__ == "__main__":
    from analysis.cli import main

    main(prog_name="python -m analysis")
