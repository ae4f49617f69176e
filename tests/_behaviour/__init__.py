"""The parts of ``benchmarks/behaviour.py``: who takes part, whom they talk to, what is done to them, and the words."""
