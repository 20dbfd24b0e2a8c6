// Shows the API's description with Swagger UI; signs in with the authorization code and PKCE.
"use strict";

const place = document.getElementById("api");
const ui = SwaggerUIBundle({
  domNode: place,
  url: "/openapi.json",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  filter: true,
  displayOperationId: true,
  displayRequestDuration: true,
  validatorUrl: null,
  oauth2RedirectUrl: `${window.location.origin}/docs/assets/oauth2-redirect.html`,
});
ui.initOAuth({
  clientId: place.dataset.clientId,
  scopes: place.dataset.scope,
  usePkceWithAuthorizationCodeGrant: true,
});
