"""What a `durableClient` binding is given: the hub's name and the management API's URLs."""

import json

from devhost.seam import HubSettings

PUBLIC, LOOPBACK = "/runtime/webhooks/durabletask", "/durabletask"
ID_PLACEHOLDER = "INSTANCEID"
_CONNECTION = "Storage"


def client_binding(settings: HubSettings, origin: str) -> str:
    """The binding's JSON text, with URLs at `origin`."""
    base = f"{origin}{PUBLIC}"
    required = f"taskHub={settings.hub_name}&connection={_CONNECTION}&code={settings.system_key}"
    creation = f"{base}/orchestrators/{{functionName}}[/{{instanceId}}]"
    instance = f"{base}/instances/{ID_PLACEHOLDER}"
    return json.dumps(
        {
            "taskHubName": settings.hub_name,
            "connectionName": _CONNECTION,
            "creationUrls": {
                "createNewInstancePostUri": f"{creation}?code={settings.system_key}",
                "createAndWaitOnNewInstancePostUri": (
                    f"{creation}?timeout={{timeoutInSeconds}}&pollingInterval={{intervalInSeconds}}"
                    f"&code={settings.system_key}"
                ),
            },
            "managementUrls": {
                "id": ID_PLACEHOLDER,
                "statusQueryGetUri": f"{instance}?{required}",
                "sendEventPostUri": f"{instance}/raiseEvent/{{eventName}}?{required}",
                "terminatePostUri": f"{instance}/terminate?reason={{text}}&{required}",
                "rewindPostUri": f"{instance}/rewind?reason={{text}}&{required}",
                "purgeHistoryDeleteUri": f"{instance}?{required}",
                "restartPostUri": f"{instance}/restart?{required}",
                "suspendPostUri": f"{instance}/suspend?reason={{text}}&{required}",
                "resumePostUri": f"{instance}/resume?reason={{text}}&{required}",
            },
            "baseUrl": base,
            "requiredQueryStringParameters": required,
            "rpcBaseUrl": f"{origin}{LOOPBACK}/",
            "httpBaseUrl": base,
        }
    )
