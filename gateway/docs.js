// Shows /openapi.json as a page on which every call can be tried. Nothing is fetched from elsewhere.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#documentation",
  deepLinking: true,
  persistAuthorization: true,
  validatorUrl: null,
});
