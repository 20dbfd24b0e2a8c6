"""Microsoft's worker library finds every function in the package as it would be deployed.

It is the library that Azure's workers of Python 3.13 load; the tests run it on every supported version.
"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from devstack.package import build_package
from tests.architecture.test_routes import registered_functions

INDEX = """
import asyncio, json, sys
from pathlib import Path
from devhost.indexing import index_app
index = asyncio.run(index_app(Path(sys.argv[1])))
origin = sys.modules["function_app"].__file__
from shared.web.function_index import import_rooms
import_rooms()
rooms = sys.modules["http_metrics.companies"].__file__
found = {one.name: one.kind for one in index.functions}
print(json.dumps({"found": found, "defects": index.defects, "origin": origin, "rooms": rooms}))
"""


def test_the_worker_library_indexes_the_packaged_app_and_its_rooms_can_be_imported(tmp_path: Path, project_root: Path):
    package, app = tmp_path / "package.zip", tmp_path / "app"
    build_package(package)
    zipfile.ZipFile(package).extractall(app)
    command = [sys.executable, "-c", INDEX, str(app)]
    ran = subprocess.run(command, cwd=project_root, capture_output=True, text=True, check=False, timeout=100)

    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["defects"] == []
    assert set(told["found"]) == {found.get_function_name() for found in registered_functions()}
    assert told["origin"] == str(app / "function_app.py")
    assert told["rooms"] == str(app / "http_metrics" / "companies.py"), "every room of the package can be imported"
    assert {"blobTrigger", "httpTrigger", "timerTrigger", "orchestrationTrigger", "activityTrigger"} <= set(
        told["found"].values()
    )
