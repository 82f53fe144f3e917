// Lint of the journeys: promises that nobody awaits and assertions that can't fail are errors here, for they make a journey pass by mistake. And of the
// pages' scripts, which bin/lib/checks.sh runs it for from the top of the checkout.
import playwright from "eslint-plugin-playwright";
import { defineConfig } from "eslint/config";
import typescript from "typescript-eslint";

export default defineConfig(
  { ignores: ["**/node_modules/", "test-results/", "playwright-report/"] },
  {
    files: ["**/*.ts"],
    extends: [typescript.configs.recommendedTypeChecked, playwright.configs["flat/recommended"]],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // A journey that runs with and without JavaScript asks which of the two it is.
      "playwright/no-conditional-in-test": "off",
      "playwright/no-conditional-expect": "off",
      "playwright/expect-expect": ["error", { assertFunctionPatterns: ["^expect"] }],
    },
  },
  {
    files: ["public/scripts/*.js", "src/server/load.js"],
    extends: [typescript.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: "tsconfig.scripts.json" } },
    // What the server answers and what wasm-bindgen exports have no types here.
    rules: Object.fromEntries(
      ["argument", "assignment", "call", "member-access", "return"].map((rule) => [`@typescript-eslint/no-unsafe-${rule}`, "off"]),
    ),
  },
);
