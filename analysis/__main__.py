"""``python -m analysis``."""

if __name__ == "__main__":
    from analysis.cli import main

    main()
