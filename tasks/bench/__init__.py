"""How our SQL compares with the same job in other tools: a made-up lake, jobs that run by themselves, goals.

Every job is a program of its own (``python -m tasks.bench.by_polars plan.json …``), so that one job's memory is never
counted as another's. The rivals import nothing of ours but the plan.
"""
