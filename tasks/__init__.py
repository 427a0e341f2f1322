"""The pipeline in plain Python: nothing in here imports Airflow."""
