// Shows /openapi.json as a page on which every call can be tried. Nothing is fetched from elsewhere.

const DOWNLOADS = { output_csv: "output.csv", script: "script.py" }; // fields of an answer that hold files
const LINE = { display: "block", margin: "8px 0" };

// Returns the names of a JSON body's fields that hold files.
function fileFields(requestBody) {
  const properties = requestBody.getIn(["content", "application/json", "schema", "properties"]);
  return properties ? properties.filter((field) => field.get("contentEncoding") === "base64").keySeq().toArray() : [];
}

// Returns a file in base64.
function toBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1)); // of a data: URL
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

// Returns what a JSON text says, and an empty object for any other.
function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

// Files in JSON are base64. This lets people choose one instead of encoding it, and save one instead of decoding it.
const FilesInJson = ({ React, oas3Selectors }) => ({
  wrapComponents: {
    RequestBody: (Original) => (props) => {
      const [, path, method] = props.specPath.toArray();
      const choose = async (name, [file]) => {
        if (file) {
          const content = await toBase64(file);
          const body = parsed(oas3Selectors.requestBodyValue(path, method)); // as it is after that time
          props.onChange(JSON.stringify({ ...body, [name]: content }, null, 2));
        }
      };
      const picker = (name) => {
        const input = { type: "file", onChange: ({ target }) => choose(name, target.files) };
        return React.createElement("label", { key: name, style: LINE }, `${name}: `, React.createElement("input", input));
      };
      const pickers = props.isExecute ? fileFields(props.requestBody).map(picker) : [];
      return React.createElement(React.Fragment, null, pickers, React.createElement(Original, props));
    },
    responseBody: (Original) => (props) => {
      const answer = parsed(props.content);
      const link = ([name, file]) => {
        const href = `data:application/octet-stream;base64,${answer[name]}`;
        return React.createElement("a", { key: name, style: LINE, download: file, href }, `Save ${file}`);
      };
      const links = answer.output_csv === undefined ? [] : Object.entries(DOWNLOADS).map(link);
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
