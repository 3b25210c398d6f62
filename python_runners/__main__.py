"""`python -m python_runners` is `nba-props`."""

from python_runners.cli import main

main()
