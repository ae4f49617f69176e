"""The parts of ``tests/observe_behaviour.py``: the contenders, their peer, the scenarios, and the words."""
