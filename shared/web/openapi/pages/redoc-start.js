// Shows the API's description with ReDoc.
"use strict";

Redoc.init(
  "/openapi.json",
  { disableSearch: true, hideDownloadButton: false, nativeScrollbars: true, theme: { typography: { fontFamily: "sans-serif", headings: { fontFamily: "sans-serif" } } } },
  document.getElementById("api"),
);
