// The form's style is drawn by Chromium 80 and later.
export default {
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: {
    "plugin/no-unsupported-browser-features": [true, { browsers: ["chrome 80"], ignorePartialSupport: true }],
    "no-duplicate-selectors": true,
    "property-no-unknown": true,
    "selector-type-no-unknown": true,
  },
};
