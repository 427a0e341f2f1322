"""No DAG comes from here: this file puts broken institution files on Airflow's list of import errors.

An import error switches off every DAG of the file it is about. So it is raised here, and not in weekly_report.py, where
one institution's typing error would stop the reports of all the others. It goes away when the institution's file is
mended.
"""

from __future__ import annotations

from tasks import settings
from tasks.errors import ConfigError

if broken := [str(error) for _, error in settings.load_all() if isinstance(error, ConfigError)]:
    raise ConfigError("\n".join(broken))
