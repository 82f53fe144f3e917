// Lint of the journeys: promises that nobody awaits and assertions that can't fail are errors here, for they make a journey pass by mistake.
import playwright from "eslint-plugin-playwright";
import { defineConfig } from "eslint/config";
import typescript from "typescript-eslint";

export default defineConfig(
  { ignores: ["node_modules/", "test-results/", "playwright-report/"] },
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
);
