"""The Functions app: one DFApp with every function that the rooms register.

Which those are is told by `function_index.json`, each with the module it stands in. A room is imported when one of its
functions is called first; only what all of them stand on, the database, is imported now, while nobody waits.
"""

import azure.durable_functions as df
import azure.functions as func
import psycopg2  # noqa: F401 (imported for that reason)
import sqlalchemy.dialects.postgresql.psycopg2  # noqa: F401 (as above)

from shared.data import engine  # noqa: F401 (as above)
from shared.telemetry import flush_before_the_end
from shared.web.stubs import register_functions

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
register_functions(app)
flush_before_the_end()
