"""``python -m analysis``."""

if __name__ == "__main__":
    from tracking.utf8 import in_utf8

    in_utf8()
    from analysis.cli import main

    main(prog_name="python -m analysis")
