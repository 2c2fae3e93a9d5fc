// Shows /openapi.json as a page on which every call can be tried. Nothing is fetched from elsewhere.

const DOWNLOADS = { output_csv: "output.csv", script: "script.py" }; // fields of an answer that hold files

const LINE = { display: "block", margin: "8px 0" };

// Returns the names of a JSON body's fields that hold files.
function fileFields(requestBody) {
  const properties = requestBody.getIn(["content", "application/json", "schema", "properties"]);
  return properties ? properties.filter((field) => field.get("contentEncoding") === "base64").keySeq().toArray() : [];
}

// Returns a file in base64.
async function toBase64(file) {
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}

// Returns what base64 stands for, as something that can be saved.
function toBlob(base64) {
  return new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
}

// Returns a JSON body as an object; an empty one when the text is no JSON, which the call itself would not be either.
function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

// Files in JSON are base64. This lets people choose one instead of encoding it, and save one instead of decoding it.
const FilesInJson = ({ React }) => ({
  wrapComponents: {
    RequestBody: (Original) => (props) => {
      const picker = (name) =>
        React.createElement("label", { key: name, style: LINE }, `${name}: `, React.createElement("input", {
          type: "file",
          onChange: async ({ target }) => {
            const content = target.files.length ? await toBase64(target.files[0]) : "";
            props.onChange(JSON.stringify({ ...parsed(props.requestBodyValue), [name]: content }, null, 2));
          },
        }));
      const pickers = props.isExecute ? fileFields(props.requestBody).map(picker) : [];
      return React.createElement(React.Fragment, null, pickers, React.createElement(Original, props));
    },
    responseBody: (Original) => (props) => {
      const answer = parsed(props.content);
      const link = (name) =>
        React.createElement("a", {
          key: name,
          style: LINE,
          download: DOWNLOADS[name],
          href: URL.createObjectURL(toBlob(answer[name])),
        }, `Save ${DOWNLOADS[name]}`);
      const links = "output_csv" in answer ? Object.keys(DOWNLOADS).map(link) : [];
      return React.createElement(React.Fragment, null, links, React.createElement(Original, props));
    },
  },
});

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#documentation",
  deepLinking: true,
  defaultModelsExpandDepth: 0, // the list of schemas is closed at first
  persistAuthorization: true,
  plugins: [FilesInJson],
  validatorUrl: null,
});
