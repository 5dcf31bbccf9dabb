// The form's script runs in Chromium 80 and later: no newer syntax, no newer method, no newer interface.
import compat from "eslint-plugin-compat";
import es from "eslint-plugin-es-x";

const newer = es.configs["flat/restrict-to-es2020"];
// Of `list.forEach(…)` it cannot tell whether `list` is an iterator (ES2025); the form's script has none.
const rules = Object.fromEntries(
  Object.entries(newer.rules).filter(([name]) => !name.startsWith("es-x/no-iterator-prototype-")),
);

export default [
  compat.configs["flat/recommended"],
  { ...newer, rules },
  {
    files: ["**/*.js"],
    languageOptions: { ecmaVersion: 2020, sourceType: "module" },
    settings: { targets: ["chrome 80"], "es-x": { aggressive: true } },
    rules: { "no-undef": "off", "no-unused-vars": ["error", { caughtErrors: "none" }] },
  },
];
