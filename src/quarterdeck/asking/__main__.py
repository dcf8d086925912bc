"""`python -m quarterdeck.asking`: started by asking.worker, with nothing but pipes."""

from quarterdeck.asking.process import main

if __name__ == "__main__":
    main()
