"""What one local stack consists of: PostgreSQL, blob service, issuer, host; their ports, settings and order."""

import os
import signal
import sys
from pathlib import Path

from devstack.azurite import azurite, connection_string
from devstack.databases import create_database, database_exists, ensure_login, migrate
from devstack.issuer import issuer_service
from devstack.postgres import Login, PostgresServer
from devstack.service import Service, Supervised, answers, say
from devstack.signing import AUDIENCE, issuer_url
from devstack.state import StackState
from devstack.supervisor import Supervisor
from shared.data.access import FIRM, SCOPED

ROOT = Path(__file__).parents[1]
DATABASE = "portfolio"
CONTAINER = "imports"


class Stack:
    """The processes of one data directory.

    Attributes:
        app_root: The folder of the `function_app.py` that the host serves.
    """

    app_root = ROOT

    def __init__(self, state: StackState, port: int | None) -> None:
        self.state = state
        self.tenant = str(state.kept["tenant"])
        self.port = state.choose_port("api", port)
        self.blob_port, self.issuer_port = state.choose_port("blob"), state.choose_port("issuer")
        postgres_port = state.choose_port("postgres")
        self.postgres = PostgresServer(state.data_dir / "postgres", postgres_port, log=state.log("postgres"))
        self.supervisor = Supervisor(say, restarted=self._publish_again)
        self.host: Service | None = None

    @property
    def base_url(self) -> str:
        """Where the API serves."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def blob_connection(self) -> str:
        """How a storage client reaches the blob service."""
        return connection_string(self.blob_port, str(self.state.kept["blob_account_key"]))

    @property
    def _app_login(self) -> Login:
        """By whom the app asks: it owns nothing, and acts as one of the app's two roles in each transaction."""
        return Login("portfolio_app", str(self.state.kept["app_password"]))

    def settings(self) -> dict[str, str]:
        """What the app reads from its environment."""
        return {
            "DATABASE_URL": self.postgres.url(DATABASE, self._app_login),
            "AzureWebJobsStorage": self.blob_connection,
            "ImportsStorage": self.blob_connection,
            "IMPORTS_CONTAINER": CONTAINER,
            "BACKUP_SCHEDULE": "0 0 2 * * *",
            "BACKUP_CHECK_SCHEDULE": "0 0 4 * * 0",
            "AUTH_ISSUER": issuer_url(self.issuer_port, self.tenant),
            "AUTH_AUDIENCE": AUDIENCE,
            "FX_SOURCE": "package",
            "PRESENTATION_CURRENCIES": "USD,CAD,EUR",
            "APP_ENVIRONMENT": "local",
        }

    def start(self) -> None:
        """Start everything in order; returns when the API serves and clients can find it."""
        say("starting PostgreSQL, the blob service and the token issuer …")
        self.supervisor.start([self.postgres, self._blobs(), self._issuer()])
        if not database_exists(self.postgres, DATABASE):
            create_database(self.postgres, DATABASE)
        migrate(self.postgres.url(DATABASE))
        ensure_login(self.postgres, self._app_login, (FIRM, SCOPED))
        self._ensure_container()
        say("starting the host …")
        self.host = self._host()
        self.supervisor.start([self.host])
        self._publish(self.host)

    def stop(self) -> None:
        """Stop everything."""
        self.supervisor.stop()
        self.state.withdraw()

    def _blobs(self) -> Service:
        location = self.state.data_dir / "blobs"
        key = str(self.state.kept["blob_account_key"])
        return azurite(ROOT, location=location, port=self.blob_port, key=key, log=self.state.log("azurite"))

    def _issuer(self) -> Service:
        log = self.state.log("issuer")
        return issuer_service(ROOT, data_dir=self.state.data_dir, port=self.issuer_port, tenant=self.tenant, log=log)

    def _host(self) -> Service:
        arguments = ["--app-root", str(self.app_root), "--state-dir", str(self.state.data_dir / "host")]
        # With the equals sign: a random key may begin with a dash.
        arguments += ["--port", str(self.port), f"--master-key={self.state.kept['master_key']}"]
        return Service(
            name="devhost",
            command=[sys.executable, "-m", "devhost", *arguments],
            log=self.state.log("devhost"),
            serves=answers(f"{self.base_url}/v1/health", well=True),
            environment={**os.environ, **self.settings(), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            # Its state survives any end, and two hosts must never share it: this one's end is not to be delayed.
            death_signal=signal.SIGKILL,
            stop_patience=5,
        )

    def _ensure_container(self) -> None:
        from azure.core.exceptions import ResourceExistsError  # noqa: PLC0415 (half a second to import)
        from azure.storage.blob import ContainerClient  # noqa: PLC0415 (as above)

        with ContainerClient.from_connection_string(self.blob_connection, CONTAINER) as container:
            try:
                container.create_container()
            except ResourceExistsError:
                return

    def _publish_again(self, service: Supervised) -> None:
        if service is self.host:
            self._publish(self.host)

    def _publish(self, host: Service) -> None:
        self.state.publish(
            {
                "base_url": self.base_url,
                "database_url": self.postgres.url(DATABASE),
                "blob_connection_string": self.blob_connection,
                "imports_container": CONTAINER,
                "issuer_url": issuer_url(self.issuer_port, self.tenant),
                "issuer_control_url": f"http://127.0.0.1:{self.issuer_port}/control",
                "master_key": str(self.state.kept["master_key"]),
                "host_pid": host.process.pid if host.process else 0,
            }
        )
