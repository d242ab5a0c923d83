import tseslint from "typescript-eslint";

const owner = "Use a Scope (src/scope.ts): what it started, it also ends.";
const banned = ["setTimeout", "setInterval", "requestAnimationFrame", "WebSocket", "addEventListener"];

export default tseslint.config(
  { ignores: ["node_modules", "src/events.ts"] },
  ...tseslint.configs.strict,
  {
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "no-restricted-globals": ["error", ...banned.map((name) => ({ name, message: owner }))],
      "no-restricted-syntax": [
        "error",
        ...banned.map((name) => ({
          selector: `MemberExpression[property.name="${name}"]`,
          message: owner,
        })),
      ],
    },
  },
  {
    files: ["src/scope.ts", "tests/**"], // the owner itself, and its tests
    rules: { "no-restricted-globals": "off", "no-restricted-syntax": "off" },
  },
);
