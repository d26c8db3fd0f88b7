"""``python -m doctor``."""

if __name__ == "__main__":
    from tracking.utf8 import in_utf8

    in_utf8()
    from doctor.cli import main

    main(prog_name="python -m doctor")
